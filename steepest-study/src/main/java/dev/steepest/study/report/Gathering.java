package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Benchmark;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a report is made from. Figures show the runs that count for the verdict, tables all records.
 *
 * @param level of the intervals, 1 − α of the rule
 * @param benchmarks of those problems whose runs were timed as a whole
 */
record Gathering(
    Verdict verdict,
    List<RunRecord> records,
    Palette palette,
    double level,
    List<Benchmark> benchmarks) {

  static Gathering of(List<RunRecord> records, Verdict verdict) {
    List<String> arms =
        Stream.concat(
                verdict.problems().stream().flatMap(p -> p.arms().stream()).map(ArmResult::arm),
                records.stream().map(run -> run.spec().arm()))
            .distinct()
            .toList();
    return new Gathering(
        verdict,
        List.copyOf(records),
        new Palette(arms),
        1 - verdict.rule().alpha(),
        Benchmark.of(verdict));
  }

  /**
   * The accuracy that curves show: of validation images, or of the test set where an experiment
   * keeps none.
   */
  String accuracyCurve() {
    List<String> measured = metrics();
    return measured.contains(Metric.VAL_ACCURACY) || !measured.contains(Metric.TEST_ACCURACY)
        ? Metric.VAL_ACCURACY
        : Metric.TEST_ACCURACY;
  }

  /** Whether every run was trained on tokens, so that nothing is said of images and epochs. */
  boolean ofTokens() {
    return !records.isEmpty() && records.stream().allMatch(RunRecord::ofTokens);
  }

  /** The loss that curves of token runs show: of held-out text, or of the test text. */
  String lossCurve() {
    List<String> measured = metrics();
    return measured.contains(Metric.VAL_LOSS) || !measured.contains(Metric.TEST_LOSS)
        ? Metric.VAL_LOSS
        : Metric.TEST_LOSS;
  }

  /** The runs from trained weights beside those from random ones, where there are both. */
  Optional<Transfer> transfer() {
    return ofTokens() ? Optional.empty() : Transfer.of(records, level);
  }

  /** Names of all values that any evaluation measured. */
  List<String> metrics() {
    return records.stream()
        .flatMap(run -> run.evaluations().stream())
        .flatMap(e -> e.values().keySet().stream())
        .distinct()
        .toList();
  }
}
