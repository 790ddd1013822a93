package dev.steepest.lab.bench;

import java.util.Arrays;

/**
 * What several measurements of one thing came to.
 *
 * @param median middle one, or mean of the middle two
 * @param least smallest
 * @param most largest
 */
public record Spread(double median, double least, double most) {

  /** Of at least one measurement. */
  public static Spread of(double... measured) {
    double[] sorted = measured.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The largest minus the smallest. */
  public double width() {
    return most - least;
  }

  /** Of {@code above[i] / below[i]}: what was measured in one round belongs together. */
  public static Spread ofRatios(double[] above, double[] below) {
    if (above.length != below.length) {
      throw new IllegalArgumentException(
          "%d and %d measurements are not of the same rounds."
              .formatted(above.length, below.length));
    }
    double[] ratios = new double[above.length];
    Arrays.setAll(ratios, i -> above[i] / below[i]);
    return of(ratios);
  }
}
