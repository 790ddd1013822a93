package dev.steepest.study.search;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Sees to it that no configuration is tried twice where there are only so many. */
final class Untried {
  /** Assumed: so many misses mean that nearly all configurations were tried. */
  private static final int ATTEMPTS = 64;

  private final SearchSpace space;
  private final OptionalLong size;
  private final Set<SortedMap<String, Object>> tried;

  Untried(SearchSpace space, List<Trial> trials) {
    this.space = space;
    this.size = space.size();
    this.tried =
        size.isEmpty()
            ? Set.of()
            : trials.stream().map(Trial::values).collect(Collectors.toUnmodifiableSet());
  }

  /** Whether all there is was tried. */
  boolean nothing() {
    return size.isPresent() && tried.size() >= size.getAsLong();
  }

  /** Whether a configuration may be proposed; always, where they cannot be counted. */
  boolean has(SortedMap<String, Object> values) {
    return !tried.contains(values);
  }

  /**
   * An untried configuration, drawn from the prior; where chance finds none, the next in the order
   * of the grid, from a place that chance chooses.
   *
   * @return empty where all configurations were tried
   */
  Optional<SortedMap<String, Object>> any(Draws draws) {
    if (nothing()) {
      return Optional.empty();
    }
    int free = space.free().size();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SortedMap<String, Object> values = space.at(draws.uniforms(free));
      if (has(values)) {
        return Optional.of(values);
      }
    }
    long all = size.orElseThrow();
    long place = draws.below(all);
    for (int i = 0; i <= tried.size(); i++) {
      SortedMap<String, Object> values = space.point(place);
      if (has(values)) {
        return Optional.of(values);
      }
      place = place + 1 == all ? 0 : place + 1;
    }
    return Optional.empty();
  }
}
