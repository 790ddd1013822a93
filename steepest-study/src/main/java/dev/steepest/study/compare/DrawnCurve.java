package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunRecord;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which curve there is to draw. An experiment that trains on every training image, as published
 * speed records do, has no validation curve; its curves are of the test set.
 */
final class DrawnCurve {
  private static final Map<String, String> ON_TEST =
      Map.of(
          Metric.VAL_ACCURACY, Metric.TEST_ACCURACY,
          Metric.VAL_LOSS, Metric.TEST_LOSS);

  private DrawnCurve() {}

  /** The rule with the curve that was measured, if its own was not and the test set's was. */
  static DecisionRule of(Collection<RunRecord> records, DecisionRule rule) {
    String onTest = ON_TEST.get(rule.curve());
    if (onTest == null || measured(records, rule.curve()) || !measured(records, onTest)) {
      return rule;
    }
    return rule.withCurve(onTest);
  }

  /** Whether any run has a curve, and it is of the test set. */
  static boolean ofTestSet(List<ProblemVerdict> problems, DecisionRule rule) {
    return Metric.ofTestSet(rule.curve())
        && PictureMetric.of(rule.curve()).isEmpty() // which are of no data set
        && problems.stream()
            .flatMap(problem -> problem.arms().stream())
            .anyMatch(arm -> measured(arm.runs(), rule.curve()));
  }

  private static boolean measured(Collection<RunRecord> records, String metric) {
    return records.stream()
        .flatMap(run -> run.evaluations().stream())
        .anyMatch(e -> e.value(metric).isPresent());
  }
}
