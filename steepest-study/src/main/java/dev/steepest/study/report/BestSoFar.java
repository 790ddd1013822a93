package dev.steepest.study.report;

import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Trial;
import dev.steepest.study.stats.BestOf;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The best value that a sweep had at each moment, and what the same values would have given in
 * random order: a search that learned runs ahead of that.
 *
 * @param trials steps over the number of trials that ended; each has the best value since then
 * @param seconds the same over the training seconds that all trials took until then
 * @param chance tenth, half and nine tenths of random orders, over the number of trials
 */
record BestSoFar(List<Step> trials, List<Step> seconds, List<Band> chance) {

  /** A best value and where it was found. */
  record Step(double at, double best, int trial) {}

  /** Quantiles of the best of some trials, as values; empty where as many have no value yet. */
  record Band(int trials, OptionalDouble good, OptionalDouble middle, OptionalDouble bad) {}

  /** More orders need not be drawn on a screen. Assumed. */
  private static final int MOST_BANDS = 400;

  static BestSoFar of(Goal goal, List<TriedTrial> all) {
    List<TriedTrial> ended =
        all.stream().filter(t -> t.state().ended() && t.state() != Trial.State.FAILED).toList();
    return new BestSoFar(
        steps(goal, ended, false), steps(goal, byTime(ended), true), chance(goal, ended));
  }

  /** In the order in which they ended, where that is known of all. */
  private static List<TriedTrial> byTime(List<TriedTrial> ended) {
    return ended.stream().allMatch(trial -> trial.ended().isPresent())
        ? ended.stream()
            .sorted(Comparator.comparing((TriedTrial t) -> t.ended().orElse(Instant.MAX)))
            .toList()
        : ended;
  }

  private static List<Step> steps(Goal goal, List<TriedTrial> ended, boolean overSeconds) {
    List<Step> steps = new ArrayList<>();
    Optional<Step> best = Optional.empty();
    double at = 0;
    for (TriedTrial trial : ended) {
      at += overSeconds ? trial.seconds().orElse(0) : 1;
      double value = trial.finished() ? trial.value().orElse(Double.NaN) : Double.NaN;
      if (Double.isFinite(value) && (best.isEmpty() || goal.better(value, best.get().best()))) {
        best = Optional.of(new Step(at, value, trial.number()));
      }
      if (best.isPresent()) {
        steps.add(new Step(at, best.get().best(), best.get().trial()));
      }
    }
    return steps;
  }

  private static List<Band> chance(Goal goal, List<TriedTrial> ended) {
    double[] costs =
        ended.stream()
            .filter(trial -> trial.finished() && trial.value().isPresent())
            .mapToDouble(trial -> goal.cost(trial.value().getAsDouble()))
            .sorted()
            .toArray();
    int n = ended.size();
    int stride = Math.ceilDiv(Math.max(n, 1), MOST_BANDS);
    List<Band> bands = new ArrayList<>();
    for (int k = 1; k <= n; k = k == n ? n + 1 : Math.min(n, k + stride)) {
      bands.add(
          new Band(
              k,
              value(goal, costs, BestOf.rank(n, costs.length, k, .1)),
              value(goal, costs, BestOf.rank(n, costs.length, k, .5)),
              value(goal, costs, BestOf.rank(n, costs.length, k, .9))));
    }
    return bands;
  }

  private static OptionalDouble value(Goal goal, double[] costs, OptionalInt rank) {
    return rank.isPresent()
        ? OptionalDouble.of(goal.cost(costs[rank.getAsInt() - 1]))
        : OptionalDouble.empty();
  }
}
