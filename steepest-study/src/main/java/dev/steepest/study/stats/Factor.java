package dev.steepest.study.stats;

import java.util.Arrays;

/**
 * What was varied between observations: a hyper-parameter, by its value in each of them.
 *
 * @param name for messages
 * @param kind what its values are to each other
 * @param values one per observation; of a nominal factor any number that stands for a level; NaN
 *     where the factor has no value there, as a nested hyper-parameter has none under another
 *     choice
 */
public record Factor(String name, Kind kind, double[] values) {

  /** What the values of a factor are to each other, and which of them count how much. */
  public enum Kind {
    /** Any number between the smallest and the largest observed, each as likely. */
    CONTINUOUS,
    /** A few numbers in order, each as likely. */
    ORDERED,
    /** Names without order, each as likely. */
    NOMINAL
  }

  public Factor {
    values = values.clone();
    for (double value : values) {
      if (Double.isInfinite(value)) {
        throw new IllegalArgumentException(name + " has an infinite value");
      }
    }
  }

  /**
   * A factor of numbers: continuous, or ordered where each value was observed twice or more on
   * average, as on a grid.
   */
  public static Factor ofNumbers(String name, double[] values) {
    double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    long distinct = Arrays.stream(present).distinct().count();
    return new Factor(
        name, 2 * distinct <= present.length ? Kind.ORDERED : Kind.CONTINUOUS, values);
  }
}
