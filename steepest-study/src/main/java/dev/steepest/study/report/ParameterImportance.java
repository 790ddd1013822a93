package dev.steepest.study.report;

import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Trial;
import dev.steepest.study.stats.Factor;
import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Quantile;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How much each hyper-parameter has to do with the objective, from all trials that ended with a
 * value and those that diverged. Numbers count on the axis that they are drawn on, so that each
 * stretch of it weighs the same, whatever the search preferred.
 *
 * @param found empty where nothing can be said
 * @param why in a sentence; empty where something was found
 * @param capped trials whose value counts as a better one: far behind the others, or diverged
 * @param early trials that count with the value at which they were ended
 */
record ParameterImportance(Optional<Importance> found, String why, int capped, int early) {

  /** What is worse than the third quartile by this many interquartile ranges is cut to there. */
  private static final double FAR = 3;

  private static final long SEED = 0;

  static ParameterImportance of(Goal goal, List<TriedTrial> trials, List<ParameterAxis> axes) {
    List<TriedTrial> counted = trials.stream().filter(ParameterImportance::counts).toList();
    double[] known =
        counted.stream()
            .filter(trial -> trial.value().isPresent())
            .mapToDouble(trial -> goal.cost(trial.value().getAsDouble()))
            .toArray();
    if (counted.size() < Importance.FEWEST || known.length == 0) {
      return nothing(
          "Importance needs at least %d trials that ended with a value; there are %d."
              .formatted(Importance.FEWEST, known.length));
    }
    double limit = Math.min(limit(known), Arrays.stream(known).max().orElseThrow());
    double[] costs =
        counted.stream()
            .mapToDouble(trial ->
                trial.value().isPresent()
                    ? Math.min(limit, goal.cost(trial.value().getAsDouble()))
                    : limit)
            .toArray();
    double[] values = Arrays.stream(costs).map(goal::cost).toArray();
    List<Factor> factors =
        axes.stream().filter(ParameterAxis::varied).map(axis -> factor(axis, counted)).toList();
    Optional<Importance> found = Importance.of(factors, values, TriedSweep.LEVEL, SEED);
    int capped = counted.size() - (int) Arrays.stream(known).filter(cost -> cost <= limit).count();
    int early =
        (int) counted.stream().filter(trial -> trial.state() == Trial.State.TERMINATED).count();
    return found.isPresent()
        ? new ParameterImportance(found, "", capped, early)
        : nothing(
            factors.isEmpty()
                ? "All trials have the same hyper-parameters."
                : "All trials have the same value, so that no hyper-parameter matters.");
  }

  private static boolean counts(TriedTrial trial) {
    boolean valued =
        (trial.finished() || trial.state() == Trial.State.TERMINATED) && trial.value().isPresent();
    return valued || trial.state() == Trial.State.DIVERGED;
  }

  private static ParameterImportance nothing(String why) {
    return new ParameterImportance(Optional.empty(), why, 0, 0);
  }

  private static Factor factor(ParameterAxis axis, List<TriedTrial> trials) {
    double[] at =
        trials.stream()
            .mapToDouble(
                trial -> trial.setting(axis.name()).map(axis::coordinate).orElse(Double.NaN))
            .toArray();
    return axis.numeric()
        ? Factor.ofNumbers(axis.name(), at)
        : new Factor(axis.name(), Factor.Kind.NOMINAL, at);
  }

  /** The cost beyond which a trial is far behind the others. */
  static double limit(double[] costs) {
    double third = Quantile.of(costs, .75);
    return third + FAR * (third - Quantile.of(costs, .25));
  }
}
