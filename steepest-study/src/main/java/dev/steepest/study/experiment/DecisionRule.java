package dev.steepest.study.experiment;

import java.util.List;
import java.util.Optional;

/**
 * How an experiment decides, stated before its first run.
 *
 * @param metric the value compared, at the end of each run, by {@link
 *     dev.steepest.study.record.Metric} name
 * @param goal whether more or less of it is better
 * @param baseline the arm that all others are compared with; empty compares every pair of arms
 * @param alpha probability of a false claim that is accepted over all comparisons together, in (0,
 *     1)
 * @param targets values of {@code curve} whose time of first arrival is reported
 * @param curve the value drawn over time
 */
public record DecisionRule(
    String metric,
    Goal goal,
    Optional<String> baseline,
    double alpha,
    List<Double> targets,
    String curve) {

  /** The {@code alpha} of a rule that states none: the field's convention. */
  public static final double USUAL_ALPHA = 0.05;

  public enum Goal {
    MAXIMIZE,
    MINIMIZE
  }

  public DecisionRule {
    targets = List.copyOf(targets);
  }
}
