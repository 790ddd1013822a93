package dev.steepest.study.search;

import java.util.Arrays;
import java.util.List;

/**
 * Asynchronous successive halving, ASHA (Li et al. 2020), in its stopping variant: a trial that
 * gets to a rung goes on at once if it is among the best ⌊n/η⌋ of the n trials that got there
 * before it and itself, or the best of all while n is below η; else it is ended for good. (In the
 * paper's promoting variant it would wait for a place, which needs trials that can be laid aside.)
 * Nobody waits for anybody, and a trial is judged once per rung.
 *
 * @param rungs iterations, ascending, each at least 1
 * @param eta η, above 1
 */
public record SuccessiveHalving(Goal goal, List<Long> rungs, double eta)
    implements EarlyTermination {

  public SuccessiveHalving {
    rungs = List.copyOf(rungs);
  }

  /**
   * With rungs at {@code min}, {@code min}·η, {@code min}·η², …
   *
   * @param max iterations of a whole trial, where nothing is left to be ended; ∞ where not known
   */
  public static SuccessiveHalving from(Goal goal, long min, double eta, double max) {
    return new SuccessiveHalving(
        goal, Rungs.up(min, eta, max).stream().filter(rung -> rung < max).toList(), eta);
  }

  @Override
  public boolean ends(Trial trial, List<Trial> others) {
    long rung = Rungs.reached(trial);
    if (!rungs.contains(rung)) {
      return false;
    }
    double mine = Rungs.cost(trial, rung, goal).orElseThrow();
    double[] costs = Rungs.costs(trial, others, rung, goal);
    long better = Arrays.stream(costs).filter(cost -> cost < mine).count();
    long places = Math.max(1, (long) (costs.length / eta));
    return better >= places || mine == Double.POSITIVE_INFINITY;
  }
}
