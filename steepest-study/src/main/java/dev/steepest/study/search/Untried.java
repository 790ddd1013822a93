package dev.steepest.study.search;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.IntFunction;

/** Sees to it that no configuration is tried twice where there are only so many. */
final class Untried {
  /** Assumed: so many misses mean that nearly all configurations were tried. */
  private static final int ATTEMPTS = 256;

  private Untried() {}

  /**
   * The first candidate that was not tried; where none is found, the next untried configuration in
   * the order of the grid, from a place that the seed chooses.
   *
   * @param candidates by attempt, from 0
   * @return empty where all configurations were tried
   */
  static Optional<SortedMap<String, Object>> first(
      SearchSpace space,
      List<Trial> trials,
      Draws draws,
      IntFunction<SortedMap<String, Object>> candidates) {
    OptionalLong size = space.size();
    if (size.isEmpty()) {
      return Optional.of(candidates.apply(0));
    }
    Set<SortedMap<String, Object>> tried = new HashSet<>();
    trials.forEach(trial -> tried.add(trial.values()));
    if (tried.size() >= size.getAsLong()) {
      return Optional.empty();
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SortedMap<String, Object> candidate = candidates.apply(attempt);
      if (!tried.contains(candidate)) {
        return Optional.of(candidate);
      }
    }
    long start = draws.below(size.getAsLong());
    for (long i = 0; i <= tried.size(); i++) {
      SortedMap<String, Object> point =
          space.point(Math.floorMod(start + i - size.getAsLong(), size.getAsLong()));
      if (!tried.contains(point)) {
        return Optional.of(point);
      }
    }
    return Optional.empty();
  }
}
