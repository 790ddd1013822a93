package dev.steepest.study.search;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.SimpleBounds;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.hipparchus.random.MersenneTwister;

/**
 * The evolution strategy with covariance matrix adaptation, CMA-ES (Hansen and Ostermeier 2001), on
 * shares of the probability; made for numbers, and of little use for categories.
 *
 * <p>The optimizer has no memory between proposals: it is run anew on what is known, until it asks
 * for a configuration that was not tried yet. Where it needs the values of trials under way before
 * it can go on, or has come to its end, the next one of a row of them is asked, each from a start
 * of its own; so any number of workers is kept busy.
 */
public record CmaEs(SearchSpace space, long seed, Goal goal) implements Searcher {
  /** Hansen's: a third of the range. */
  private static final double STEP = 0.3;

  /** Assumed: rank of what has no value; finite, and worse than any loss. */
  private static final double WORST = 1e30;

  /** Assumed: a search that meets known configurations so often each goes round in circles. */
  private static final int MEETINGS = 8;

  /** Assumed, on top of those that may wait for trials under way. */
  private static final int MOST_STARTS = 8;

  @Override
  public Optional<SortedMap<String, Object>> propose(int number, List<Trial> trials) {
    Untried untried = new Untried(space, trials);
    if (untried.nothing()) {
      return Optional.empty();
    }
    Map<SortedMap<String, Object>, Trial> known = new HashMap<>();
    trials.forEach(trial -> known.putIfAbsent(trial.values(), trial));
    long running = trials.stream().filter(trial -> !trial.state().ended()).count();
    for (long start = 0; start < MOST_STARTS + running; start++) {
      Optional<SortedMap<String, Object>> asked = new Replay(known, start).run();
      if (asked.isPresent()) {
        return asked;
      }
    }
    return untried.any(new Draws(seed, number));
  }

  private double cost(Trial trial) {
    double cost = Rungs.cost(trial.value().orElse(Double.NaN), goal);
    return switch (trial.state()) {
      case FINISHED, TERMINATED -> Math.clamp(cost, -WORST, WORST);
      case RUNNING, DIVERGED, FAILED -> WORST;
    };
  }

  /** Ends the optimizer: it has asked for what is not known. */
  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Optional<SortedMap<String, Object>> asked;

    Interruption(Optional<SortedMap<String, Object>> asked) {
      super("", null, false, false);
      this.asked = asked;
    }
  }

  /** One optimizer, run on what is known. */
  private final class Replay {
    private final Map<SortedMap<String, Object>, Trial> known;
    private final long start;
    private final int dimension = space.free().size();
    private final int population = 4 + (int) (3 * Math.log(dimension));
    private int evaluations;
    private boolean waiting;
    private int generation;

    Replay(Map<SortedMap<String, Object>, Trial> known, long start) {
      this.known = known;
      this.start = start;
    }

    /** What it asks for; empty where it must wait or is at its end. */
    Optional<SortedMap<String, Object>> run() {
      double[] zeros = new double[dimension];
      double[] ones = filled(1);
      Draws draws = new Draws(seed, start);
      double[] first = start == 0 ? filled(0.5) : draws.uniforms(dimension);
      CMAESOptimizer optimizer =
          new CMAESOptimizer(
              Integer.MAX_VALUE, 0, true, 0, 0, new MersenneTwister(draws.bits()), false, null);
      try {
        optimizer.optimize(
            new MaxEval(MEETINGS * (known.size() + population)),
            new ObjectiveFunction(this::value),
            GoalType.MINIMIZE,
            new InitialGuess(first),
            new SimpleBounds(zeros, ones),
            new CMAESOptimizer.Sigma(filled(STEP)),
            new CMAESOptimizer.PopulationSize(population));
        return Optional.empty();
      } catch (Interruption interruption) {
        return interruption.asked;
      }
    }

    private double[] filled(double value) {
      double[] all = new double[dimension];
      Arrays.fill(all, value);
      return all;
    }

    private double value(double[] shares) {
      SortedMap<String, Object> values = space.at(shares);
      // The start is one evaluation beside the first generation, which does not depend on it.
      int now = Math.max(0, (evaluations - 1) / population);
      evaluations++;
      if (waiting && now > generation) {
        throw new Interruption(Optional.empty());
      }
      generation = now;
      Trial trial = known.get(values);
      if (trial == null) {
        throw new Interruption(Optional.of(values));
      }
      waiting |= !trial.state().ended();
      return cost(trial);
    }
  }
}
