package dev.steepest.study.search;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.IntFunction;

/**
 * Points that fill the space more evenly than chance does: the same number of them in every part of
 * the same probability, as far as that goes. Where the configurations can be counted, points that
 * give a configuration anew are passed over.
 */
public record QuasiRandomSearch(SearchSpace space, long seed, Sequence sequence)
    implements Searcher {

  /** Most parameters that {@link Sequence#SOBOL} has direction numbers for. */
  public static final int MOST_SOBOL = 21_201;

  /** Which points. */
  public enum Sequence {
    SOBOL,
    HALTON
  }

  /** Assumed: so many points without a new configuration mean that few are left. */
  private static final int PASSED_OVER = 256;

  @Override
  public Optional<SortedMap<String, Object>> propose(int number, List<Trial> trials) {
    Untried untried = new Untried(space, trials);
    if (untried.nothing()) {
      return Optional.empty();
    }
    IntFunction<double[]> points = points();
    for (int passed = 0; passed < PASSED_OVER; passed++) {
      SortedMap<String, Object> values = space.at(points.apply(number + passed));
      if (untried.has(values)) {
        return Optional.of(values);
      }
    }
    return untried.any(new Draws(seed, number));
  }

  private IntFunction<double[]> points() {
    int dimension = space.free().size();
    if (dimension == 0) {
      return _ -> new double[0];
    }
    return switch (sequence) {
      case SOBOL -> new ScrambledSobol(dimension, seed)::point;
      case HALTON -> index -> ScrambledHalton.point(index, dimension, seed);
    };
  }
}
