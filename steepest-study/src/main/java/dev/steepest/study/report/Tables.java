package dev.steepest.study.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.steepest.study.compare.ArmComparison;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * The study's tables under the names and columns of its first publication. What is missing is an
 * empty cell.
 */
final class Tables {
  /** Targets of the published table, fractions. */
  static final List<Double> PUBLISHED_TARGETS = List.of(.60, .70, .85);

  /** Accuracies on the way that the published table has no column for. */
  private static final SortedMap<String, String> FURTHER =
      new TreeMap<>(
          Map.of(Metric.TEST_ACCURACY, "test_acc_%", Metric.TRAIN_ACCURACY, "train_acc_%"));

  private Tables() {}

  /**
   * {@code summary_results.csv}: a row per run; targets of the rule that were not published stand
   * at the end, and after them what runs that were timed as a whole add.
   */
  static String summary(List<RunRecord> records, Verdict verdict) {
    List<Double> targets = new ArrayList<>(PUBLISHED_TARGETS);
    String curve = verdict.rule().curve();
    if (curve.equals(Metric.VAL_ACCURACY) || curve.equals(Metric.TEST_ACCURACY)) {
      verdict.rule().targets().stream().filter(t -> !targets.contains(t)).forEach(targets::add);
    }
    List<String> header =
        new ArrayList<>(
            List.of(
                "model",
                "optimizer",
                "best_val_acc_%",
                "total_time_sec",
                "batch_size",
                "weight_decay",
                "momentum",
                "lr_used",
                "seed",
                "amp",
                "source"));
    targets.forEach(target -> header.add("time_to_" + percent(target) + "%_sec"));
    boolean timed = records.stream().anyMatch(run -> new RunFacts(run).isTimedAsAWhole());
    if (timed) {
      header.addAll(List.of("final_test_acc_%", "final_tta_acc_%", "whole_run_sec"));
    }
    return csv(
        header,
        records.stream()
            .map(run -> {
              RunFacts facts = new RunFacts(run);
              List<String> row =
                  new ArrayList<>(
                      List.of(
                          facts.model(),
                          facts.optimizer(),
                          number(percent(facts.bestAccuracy())),
                          number(facts.totalSeconds()),
                          facts.batchSize().orElse(""),
                          facts.weightDecay().orElse(""),
                          facts.momentum().orElse(""),
                          facts.learningRate().orElse(""),
                          run.spec().seed() < 0 ? "" : "" + run.spec().seed(),
                          facts.amp().orElse(""),
                          run.folder().toString()));
              targets.forEach(target -> row.add(number(facts.secondsTo(target))));
              if (timed) {
                row.add(number(percent(facts.finalTestAccuracy())));
                row.add(number(percent(facts.finalTtaAccuracy())));
                row.add(number(facts.wholeSeconds()));
              }
              return row;
            })
            .toList());
  }

  /**
   * {@code epoch_metrics_long.csv}: a row per evaluation, the seed in the last of the published
   * columns; after it the accuracies that only some experiments measure on the way.
   */
  static String epochs(List<RunRecord> records) {
    Map<String, String> further = new LinkedHashMap<>();
    FURTHER.forEach((metric, column) -> {
      if (records.stream().anyMatch(run -> run.best(metric).isPresent())) {
        further.put(metric, column);
      }
    });
    List<List<String>> rows = new ArrayList<>();
    for (RunRecord run : records) {
      RunFacts facts = new RunFacts(run);
      for (EpochRow row : EpochRow.of(run)) {
        List<String> cells =
            new ArrayList<>(
                List.of(
                    facts.model(),
                    facts.optimizer(),
                    number(OptionalDouble.of(row.evaluation().epoch())),
                    number(row.evaluation().value(Metric.TRAIN_LOSS)),
                    number(percent(row.evaluation().value(Metric.VAL_ACCURACY))),
                    number(row.epochSeconds()),
                    number(OptionalDouble.of(row.evaluation().trainSeconds())),
                    run.spec().seed() < 0 ? "" : "" + run.spec().seed()));
        further.keySet().forEach(m -> cells.add(number(percent(row.evaluation().value(m)))));
        rows.add(cells);
      }
    }
    List<String> header =
        new ArrayList<>(
            List.of(
                "model",
                "optimizer",
                "epoch",
                "train_loss",
                "val_acc_%",
                "epoch_time_sec",
                "cum_time_sec",
                "seed"));
    header.addAll(further.values());
    return csv(header, rows);
  }

  /**
   * {@code comparisons.csv}: a row per comparison of the decision rule, values in the metric's own
   * unit.
   */
  static String comparisons(Verdict verdict) {
    List<List<String>> rows = new ArrayList<>();
    for (ProblemVerdict problem : verdict.problems()) {
      for (ArmComparison c : problem.comparisons()) {
        rows.add(
            List.of(
                problem.problem(),
                verdict.rule().metric(),
                c.first(),
                c.second(),
                "" + c.pairs(),
                number(c.difference()),
                number(bound(c.estimate().stream().mapToDouble(t -> t.interval().low()))),
                number(bound(c.estimate().stream().mapToDouble(t -> t.interval().high()))),
                number(bound(c.rho().stream().mapToDouble(r -> r.rho()))),
                number(c.p()),
                number(c.holm()),
                number(bound(c.signFlip().stream().mapToDouble(f -> f.p()))),
                "" + c.firstDiverged().size(),
                "" + c.secondDiverged().size(),
                c.claim().name(),
                c.sentence()));
      }
    }
    return csv(
        List.of(
            "problem",
            "metric",
            "first",
            "second",
            "pairs",
            "difference",
            "low",
            "high",
            "rho",
            "p",
            "holm_p",
            "sign_flip_p",
            "first_diverged",
            "second_diverged",
            "claim",
            "sentence"),
        rows);
  }

  /** An evaluation and the training seconds of the epoch that it closes. */
  record EpochRow(Evaluation evaluation, OptionalDouble epochSeconds) {

    static List<EpochRow> of(RunRecord run) {
      List<EpochRow> rows = new ArrayList<>();
      Evaluation before = null;
      for (Evaluation e : run.evaluations()) {
        rows.add(new EpochRow(e, seconds(before, e)));
        before = e;
      }
      return rows;
    }

    /**
     * As measured, else the clock's difference where exactly one epoch lies between two
     * evaluations.
     */
    private static OptionalDouble seconds(Evaluation before, Evaluation e) {
      OptionalDouble measured = e.value(Metric.EPOCH_SECONDS);
      if (measured.isPresent()) {
        return measured;
      }
      boolean oneEpoch = e.epoch() - (before == null ? 0 : before.epoch()) == 1;
      return oneEpoch
          ? OptionalDouble.of(e.trainSeconds() - (before == null ? 0 : before.trainSeconds()))
          : OptionalDouble.empty();
    }
  }

  static OptionalDouble percent(OptionalDouble fraction) {
    return fraction.isPresent()
        ? OptionalDouble.of(100 * fraction.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble bound(DoubleStream value) {
    return value.findFirst();
  }

  private static String percent(double target) {
    return number(OptionalDouble.of(100 * target));
  }

  /** Ten significant digits hold every float; the empty text where there is no finite number. */
  static String number(OptionalDouble value) {
    if (value.isEmpty() || !Double.isFinite(value.getAsDouble())) {
      return "";
    }
    return new BigDecimal(value.getAsDouble())
        .round(new MathContext(10))
        .stripTrailingZeros()
        .toPlainString();
  }

  static String csv(List<String> header, List<List<String>> rows) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(header);
      rows.forEach(csv::writeRecord);
    } catch (IOException e) {
      throw new AssertionError("a StringWriter does not fail", e);
    }
    return text.toString();
  }
}
