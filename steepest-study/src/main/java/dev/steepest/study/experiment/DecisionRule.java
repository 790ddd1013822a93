package dev.steepest.study.experiment;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How an experiment decides, stated before its first run.
 *
 * @param metric the value compared, at the end of each run, by {@link
 *     dev.steepest.study.record.Metric} name
 * @param goal whether more or less of it is better
 * @param baseline the arm that all others are compared with; empty compares every pair of arms
 * @param pairs the only comparisons that are made, where not all against one or another are meant;
 *     empty leaves it to {@code baseline}
 * @param alpha probability of a false claim that is accepted over all comparisons together, in (0,
 *     1)
 * @param targets values of {@code curve} whose time of first arrival is reported
 * @param curve the value drawn over time
 * @param compared what the arms of the file differ in on purpose: sections, or parts of them, by
 *     dotted name; empty where the file does not list its arms, and one section is compared
 */
public record DecisionRule(
    String metric,
    Goal goal,
    Optional<String> baseline,
    List<Pair> pairs,
    double alpha,
    List<Double> targets,
    String curve,
    List<String> compared) {

  /** The {@code alpha} of a rule that states none: the field's convention. */
  public static final double USUAL_ALPHA = 0.05;

  public enum Goal {
    MAXIMIZE,
    MINIMIZE
  }

  /** Two arms that are compared: {@code first} against {@code second}. */
  public record Pair(String first, String second) {}

  /** A rule without pairs of its own. */
  public DecisionRule(
      String metric,
      Goal goal,
      Optional<String> baseline,
      double alpha,
      List<Double> targets,
      String curve,
      List<String> compared) {
    this(metric, goal, baseline, List.of(), alpha, targets, curve, compared);
  }

  public DecisionRule {
    pairs = List.copyOf(pairs);
    if (baseline.isPresent() && !pairs.isEmpty()) {
      throw new IllegalArgumentException("a rule has a baseline or pairs, not both");
    }
    targets = List.copyOf(targets);
    compared = List.copyOf(compared);
  }

  /** The same rule for arms that differ in {@code things}. */
  public DecisionRule comparing(List<String> things) {
    return new DecisionRule(metric, goal, baseline, pairs, alpha, targets, curve, things);
  }

  /** The same rule with another value drawn over time. */
  public DecisionRule withCurve(String other) {
    return new DecisionRule(metric, goal, baseline, pairs, alpha, targets, other, compared);
  }

  /** The same rule for every pair of arms. */
  public DecisionRule withoutBaseline() {
    return comparingOnly(List.of());
  }

  /** The same rule for these pairs of arms alone; for every pair where there are none. */
  public DecisionRule comparingOnly(List<Pair> chosen) {
    return new DecisionRule(
        metric, goal, Optional.empty(), chosen, alpha, targets, curve, compared);
  }

  /** What is compared with what, in words. */
  public String spoken() {
    return pairs.isEmpty()
        ? baseline.map(arm -> "every arm against " + arm).orElse("every pair of arms")
        : pairs.stream()
            .map(pair -> pair.first + " against " + pair.second)
            .collect(Collectors.joining(", "));
  }

  /**
   * How the rule decides, without {@code compared}: what the verdict is taken from, not what it is
   * of. It goes into the hash of a plan, where {@code compared} stands beside it.
   */
  public String decision() {
    String decided = pairs.isEmpty() ? "" : ", pairs=" + pairs;
    return "DecisionRule[metric=%s, goal=%s, baseline=%s, alpha=%s, targets=%s, curve=%s%s]"
        .formatted(metric, goal, baseline, alpha, targets, curve, decided);
  }
}
