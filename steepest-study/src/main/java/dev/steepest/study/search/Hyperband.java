package dev.steepest.study.search;

import java.util.List;

/**
 * Hyperband as W&B's sweeps have it: a trial that has got to a bracket is ended unless it is among
 * the best 1/η of all trials that got there, whenever they did. Brackets are iterations; those of
 * Li et al. 2018 that begin later are not made.
 *
 * <p>Of n costs at a bracket, sorted, that at ⌊n/η⌋ (from 0) is the threshold, as in W&B's own code
 * (wandb/sweeps, {@code hyperband_stopping.py}); a trial whose cost is above it is ended. The last
 * bracket that a trial got to is looked at again with each of its reports, so that later trials can
 * end it yet. W&B counts reports from 0 there and from 1 in its documentation; here it is from 1: a
 * bracket at 3 is got to with the third report.
 *
 * @param brackets iterations, ascending, each at least 1
 * @param eta η, above 1
 * @param rule what of a trial is held against the threshold
 */
public record Hyperband(Goal goal, List<Long> brackets, double eta, Rule rule)
    implements EarlyTermination {

  /** What of a trial is held against the threshold. */
  public enum Rule {
    /** Its best value so far. */
    BEST_SO_FAR,
    /** Its value at the bracket, which ends more trials: W&B's {@code strict}. */
    AT_BRACKET
  }

  public Hyperband {
    brackets = List.copyOf(brackets);
  }

  /** With brackets at {@code min}, {@code min}·η, {@code min}·η², … */
  public static Hyperband from(Goal goal, long min, double eta, Rule rule) {
    return new Hyperband(goal, Rungs.up(min, eta, Double.POSITIVE_INFINITY), eta, rule);
  }

  /** With brackets at {@code max}/η, {@code max}/η², …, at most {@code s} of them. */
  public static Hyperband downFrom(Goal goal, long max, long s, double eta, Rule rule) {
    return new Hyperband(goal, Rungs.down(max, eta, s), eta, rule);
  }

  @Override
  public boolean ends(Trial trial, List<Trial> others) {
    long reached = Rungs.reached(trial);
    List<Long> passed = brackets.stream().filter(bracket -> bracket <= reached).toList();
    if (passed.isEmpty()) {
      return false;
    }
    long bracket = passed.getLast();
    double[] costs = Rungs.costs(trial, others, bracket, goal);
    double threshold = costs[(int) (costs.length * (1 / eta))];
    double held =
        switch (rule) {
          case AT_BRACKET -> Rungs.cost(trial, bracket, goal).orElseThrow();
          case BEST_SO_FAR ->
              trial.reports().stream()
                  .mapToDouble(report -> Rungs.cost(report.value(), goal))
                  .min()
                  .orElseThrow();
        };
    return held > threshold || held == Double.POSITIVE_INFINITY;
  }
}
