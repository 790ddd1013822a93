package dev.steepest.study.search;

import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hyper-parameters of a search, in the order of its file.
 *
 * @param parameters at least one, each name once
 */
public record SearchSpace(List<Parameter> parameters) {

  /**
   * @param name as trials and settings call it; dotted where it is nested
   * @param distribution of its values
   */
  public record Parameter(String name, Distribution distribution) {}

  public SearchSpace {
    parameters = List.copyOf(parameters);
  }

  /** Those that are searched for: all but constants. */
  public List<Parameter> free() {
    return parameters.stream().filter(p -> !(p.distribution() instanceof Constant)).toList();
  }

  /**
   * A configuration.
   *
   * @param shares one per {@link #free} parameter, in [0, 1]
   */
  public SortedMap<String, Object> at(double[] shares) {
    SortedMap<String, Object> values = new TreeMap<>();
    int i = 0;
    for (Parameter p : parameters) {
      values.put(
          p.name(), p.distribution().at(p.distribution() instanceof Constant ? 0 : shares[i++]));
    }
    return values;
  }

  /** Values of the {@link #free} parameters, and those of the constants beside them. */
  SortedMap<String, Object> with(SortedMap<String, Object> free) {
    SortedMap<String, Object> values = new TreeMap<>(free);
    for (Parameter p : parameters) {
      if (p.distribution() instanceof Constant constant) {
        values.put(p.name(), constant.value());
      }
    }
    return values;
  }

  /**
   * How many configurations there are, {@link Long#MAX_VALUE} standing for all numbers from there;
   * empty where they cannot be counted.
   */
  public OptionalLong size() {
    long size = 1;
    for (Parameter p : parameters) {
      OptionalLong points = p.distribution().size();
      if (points.isEmpty()) {
        return OptionalLong.empty();
      }
      boolean fits = points.getAsLong() <= Long.MAX_VALUE / size;
      size = fits ? size * points.getAsLong() : Long.MAX_VALUE;
    }
    return OptionalLong.of(size);
  }

  /**
   * A configuration of those that can be counted; the last parameter varies fastest.
   *
   * @param index from 0 to {@link #size} − 1
   */
  public SortedMap<String, Object> point(long index) {
    SortedMap<String, Object> values = new TreeMap<>();
    long rest = index;
    for (Parameter p : parameters.reversed()) {
      long size = p.distribution().size().orElseThrow();
      values.put(p.name(), p.distribution().point(rest % size));
      rest /= size;
    }
    return values;
  }
}
