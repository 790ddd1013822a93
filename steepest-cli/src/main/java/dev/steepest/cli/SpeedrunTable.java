package dev.steepest.cli;

import dev.steepest.lab.run.RunRelay;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table that airbench prints: a row for each evaluation, and one for the end of each run with
 * its accuracy over several views and the time of all that counts. Lines about what is under way
 * come from {@link Progress}.
 */
final class SpeedrunTable extends RunRelay {
  private static final String RUN = "run";
  private static final String EPOCH = "epoch";
  private static final String TRAIN_LOSS = "train_loss";
  private static final String TRAIN_ACC = "train_acc";
  private static final String VAL_ACC = "val_acc";
  private static final String TTA_VAL_ACC = "tta_val_acc";
  private static final String TOTAL_TIME = "total_time_seconds";
  private static final String MODE = "mode";

  /** Assumed: as wide as the original's widest run, "warmup". */
  private static final int LEAST_WIDTH = 6;

  private final Console console;
  private final List<String> columns;
  private final Map<String, Integer> widths;
  private RunSpec spec;
  private boolean headed;
  private boolean named;

  SpeedrunTable(Console console, Progress progress, List<RunSpec> plan) {
    super(progress);
    this.console = console;
    boolean oneArm = plan.stream().map(SpeedrunTable::mode).distinct().count() == 1;
    List<String> original =
        List.of(RUN, EPOCH, TRAIN_LOSS, TRAIN_ACC, VAL_ACC, TTA_VAL_ACC, TOTAL_TIME);
    columns = oneArm ? original : Stream.concat(original.stream(), Stream.of(MODE)).toList();
    int mode = plan.stream().mapToInt(run -> mode(run).length()).max().orElse(0);
    widths =
        columns.stream()
            .collect(
                Collectors.toMap(
                    c -> c,
                    c ->
                        Math.max(
                            c.length(), c.equals(MODE) ? mode : c.equals(RUN) ? LEAST_WIDTH : 0)));
  }

  /** Whether a plan is one of speedruns: several views of each test image count in the end. */
  static boolean suits(List<RunSpec> plan) {
    return plan.stream().anyMatch(run -> !run.settings().text("evaluation.tta").equals("none"));
  }

  private static String mode(RunSpec run) {
    return run.problem() + (run.problem().isEmpty() ? "" : " · ") + run.arm();
  }

  @Override
  public void started(RunSpec run, int index, int total, long fromStep, long steps) {
    super.started(run, index, total, fromStep, steps);
    spec = run;
    named = false;
    if (!headed) {
      headed = true;
      rule();
      row(columns.stream().collect(Collectors.toMap(c -> c, c -> c)));
      rule();
    }
  }

  @Override
  public void evaluated(EvaluationReport evaluation) {
    Map<String, String> cells = new HashMap<>();
    if (!named) {
      named = true;
      cells.put(RUN, Long.toString(spec.seed()));
      cells.put(MODE, mode(spec));
    }
    cells.put(EPOCH, Long.toString(evaluation.at().epoch()));
    cells.put(TRAIN_LOSS, decimals(evaluation.trainLoss()));
    cells.put(TRAIN_ACC, decimals(evaluation.trainAccuracy()));
    evaluation.sets().values().stream()
        .map(Score::accuracy)
        .findFirst()
        .ifPresent(accuracy -> cells.put(VAL_ACC, decimals(accuracy)));
    cells.put(TOTAL_TIME, decimals(evaluation.at().trainSeconds()));
    row(cells);
  }

  @Override
  public void ended(RunRecord record) {
    Outcome outcome = record.outcome().orElseThrow();
    if (outcome.status() != Outcome.Status.FINISHED
        || !record.results().containsKey(Metric.TEST_ACCURACY)) {
      super.ended(record);
      return;
    }
    Map<String, Double> results = record.results();
    Map<String, String> cells = new HashMap<>();
    cells.put(EPOCH, "eval");
    cells.put(VAL_ACC, decimals(results.get(Metric.TEST_ACCURACY)));
    if (results.containsKey(Metric.TTA_ACCURACY)) {
      cells.put(TTA_VAL_ACC, decimals(results.get(Metric.TTA_ACCURACY)));
    }
    if (results.containsKey(Metric.TOTAL_SECONDS)) { // of runs that end with several views
      cells.put(TOTAL_TIME, decimals(results.get(Metric.TOTAL_SECONDS)));
    }
    row(cells);
    rule();
  }

  private void row(Map<String, String> cells) {
    console.say(
        columns.stream()
            .map(column -> "|  %s  ".formatted(right(cells.getOrDefault(column, ""), column)))
            .collect(Collectors.joining("", "", "|")));
  }

  private void rule() {
    console.say("-".repeat(widths.values().stream().mapToInt(w -> w + 5).sum() + 1));
  }

  private String right(String text, String column) {
    return " ".repeat(Math.max(0, widths.get(column) - text.length())) + text;
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
