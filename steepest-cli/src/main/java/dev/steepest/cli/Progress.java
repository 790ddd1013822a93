package dev.steepest.cli;

import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Shows how an experiment goes on: a live line on a terminal, plain lines elsewhere. */
final class Progress implements RunListener {
  /** Epochs longer than this get a line of their own where output is redirected. */
  private static final double LONG_EPOCH_SECONDS = 5;

  private final Console console;
  private final Path folder;
  private long begin; // of the first run: what others train before it takes its own time
  private RunSpec spec;
  private int index;
  private int total;
  private int fresh;
  private long fromStep;
  private long steps;
  private long runBegin;
  private String lastScore = "";
  private LookWords words = LookWords.CLASSES;

  Progress(Console console, Path folder) {
    this.console = console;
    this.folder = folder;
  }

  @Override
  public void started(RunSpec run, int number, int of, long from, long length) {
    if (fresh == 0) {
      console.note("%d runs into %s".formatted(of, folder));
      begin = System.nanoTime();
    }
    fresh++;
    spec = run;
    words = LookWords.of(run);
    index = number;
    total = of;
    fromStep = from;
    steps = length;
    runBegin = System.nanoTime();
    lastScore = "";
    if (from > 0) {
      console.note("%s goes on from step %d".formatted(name(), from));
    }
  }

  @Override
  public void stepped(StepReport step) {
    double seconds = seconds(runBegin);
    long done = step.at().step() - fromStep;
    double rate = done / seconds;
    console.show(
        String.format(
            Locale.ROOT,
            "%s  step %d/%d  loss %.3f%s  %.1f steps/s  run %s  all %s",
            name(),
            step.at().step(),
            steps,
            step.loss(),
            lastScore,
            rate,
            eta((steps - step.at().step()) / rate),
            eta(allSeconds(seconds, (double) step.at().step() / steps))));
  }

  /** Assumes that the runs to come take as long as those made so far, this one scaled up. */
  private double allSeconds(double runSeconds, double share) {
    double perRun = (seconds(begin) - runSeconds + runSeconds / share) / fresh;
    return perRun * (total - index) + runSeconds / share - runSeconds;
  }

  @Override
  public void evaluated(EvaluationReport evaluation) {
    StringBuilder scores = new StringBuilder();
    for (Map.Entry<String, Score> set : evaluation.sets().entrySet()) {
      scores.append("  ").append(set.getKey()).append(' ').append(words.of(set.getValue()));
    }
    lastScore = scores.toString();
    if (words != LookWords.TEXT
        && evaluation.epochSeconds() > LONG_EPOCH_SECONDS) { // text has lines of its own
      console.note(
          String.format(
              Locale.ROOT,
              "%s  %s  train loss %.4f%s  %.0f s",
              name(),
              counted(evaluation),
              evaluation.trainLoss(),
              lastScore,
              evaluation.epochSeconds()));
    }
  }

  private String counted(EvaluationReport evaluation) {
    boolean steps = spec.settings().has("evaluation.every_steps");
    return steps ? "step " + evaluation.at().step() : "epoch " + evaluation.at().epoch();
  }

  @Override
  public void ended(RunRecord record) {
    Outcome outcome = record.outcome().orElseThrow();
    String result =
        outcome.status() == Outcome.Status.FINISHED
            ? LookWords.of(record.spec()).end(record)
            : outcome.status().name().toLowerCase(Locale.ROOT) + ": " + outcome.reason();
    double train =
        record.evaluations().isEmpty() ? 0 : record.evaluations().getLast().trainSeconds();
    int left = total - index;
    console.note(
        String.format(
            Locale.ROOT,
            "%s  %s  %.1f s of training%s%s",
            name(),
            result,
            train,
            waiting(record),
            left > 0 ? "  (" + left + " to go, " + eta(left * seconds(begin) / fresh) + ")" : ""));
  }

  private static String waiting(RunRecord record) {
    Double share = record.results().get(Metric.DATA_WAIT_SHARE);
    return share == null
        ? ""
        : String.format(Locale.ROOT, " (%.1f %% waiting for data)", 100 * share);
  }

  @Override
  public void busy(RunSpec run) {
    console.note(
        "%s · %s seed %d is being made by another process"
            .formatted(run.problem(), run.arm(), run.seed()));
  }

  @Override
  public void begunAnew(RunSpec run, String reason) {
    console.note("! %s · %s seed %d %s".formatted(run.problem(), run.arm(), run.seed(), reason));
  }

  private String name() {
    return "[%d/%d] %s · %s seed %d"
        .formatted(index, total, spec.problem(), spec.arm(), spec.seed());
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  /** As a person says how long something takes. */
  static String eta(double seconds) {
    Duration d = Duration.ofSeconds(Math.max(0, Math.round(seconds)));
    return d.toHours() > 0
        ? "%d h %02d min".formatted(d.toHours(), d.toMinutesPart())
        : "%d:%02d".formatted(d.toMinutes(), d.toSecondsPart());
  }
}
