package dev.steepest.cli;

import dev.steepest.lab.run.RunRelay;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.plan.RunSpec;
import java.util.List;
import java.util.Locale;

/**
 * The lines that the NanoGPT speedrun prints: one for each look, one for each logged step, by the
 * clock that stands still in between. Lines about what is under way come from {@link Progress}.
 */
final class SpeedrunLines extends RunRelay {
  private final Console console;
  private long steps;

  SpeedrunLines(Console console, Progress progress) {
    super(progress);
    this.console = console;
  }

  /** Whether a plan is of runs on text: their data has tokens. */
  static boolean suits(List<RunSpec> plan) {
    return !plan.isEmpty()
        && plan.stream().allMatch(run -> run.settings().has("data.validation_tokens"));
  }

  @Override
  public void started(RunSpec run, int index, int total, long fromStep, long length) {
    super.started(run, index, total, fromStep, length);
    steps = length;
    console.say(
        "[%d/%d] %s · %s seed %d".formatted(index, total, run.problem(), run.arm(), run.seed()));
  }

  @Override
  public void stepped(StepReport step) {
    console.say(line(step.at(), "train_loss", step.loss()));
    super.stepped(step);
  }

  @Override
  public void evaluated(EvaluationReport evaluation) {
    evaluation.sets().values().stream()
        .findFirst()
        .ifPresent(score -> console.say(line(evaluation.at(), "val_loss", score.loss())));
    super.evaluated(evaluation);
  }

  private String line(Position at, String name, double loss) {
    double ms = 1000 * at.trainSeconds();
    return String.format(
        Locale.ROOT,
        "step:%d/%d %s:%.4f train_time:%.0fms step_avg:%.2fms",
        at.step(),
        steps,
        name,
        loss,
        ms,
        ms / Math.max(1, at.step()));
  }
}
