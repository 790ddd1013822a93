package dev.steepest.optim;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * What a rule counts for a parameter on the host, beside its tensors: running products, largest
 * learning rates.
 */
public final class Numbers {

  private final TreeMap<String, Double> values;

  Numbers(Map<String, Double> first) {
    values = new TreeMap<>(first);
  }

  /** The number called {@code name}. */
  public double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new NoSuchElementException(
          "the rule declares no number '" + name + "', only " + values.keySet());
    }
    return value;
  }

  /** Changes a number that the rule has declared. */
  public void set(String name, double value) {
    get(name);
    values.put(name, value);
  }

  Map<String, Double> all() {
    return values;
  }
}
