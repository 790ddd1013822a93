package dev.steepest.study.stats;

import java.util.Arrays;

/** Elementary sums over a sample and the checks that every procedure makes of its input. */
final class Samples {
  private Samples() {}

  /** A copy of {@code values} with at least {@code fewest} entries, all finite. */
  static double[] checked(String name, double[] values, int fewest) {
    if (values.length < fewest) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " values; at least " + fewest + " are needed");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name + "[" + i + "] is " + values[i] + "; only finite numbers can be summarised");
      }
    }
    return values.clone();
  }

  static double level(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "level is " + level + "; it must lie in (0, 1), e.g. 0.95");
    }
    return level;
  }

  static double[] differences(double[] first, double[] second, int fewest) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "pairs need samples of one length; these have " + first.length + " and " + second.length);
    }
    double[] a = checked("first", first, fewest);
    double[] b = checked("second", second, fewest);
    double[] difference = new double[a.length];
    Arrays.setAll(difference, i -> a[i] - b[i]);
    return difference;
  }

  static double mean(double[] values) {
    double first = values[0];
    double sum = 0;
    for (double value : values) {
      sum += value - first; // shifted: equal values have exactly their own mean
    }
    return first + sum / values.length;
  }

  /** Σ(x − x̄)². */
  static double squares(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum;
  }

  /** Unbiased variance, n − 1 below. */
  static double variance(double[] values) {
    return squares(values) / (values.length - 1);
  }

  static double[] sorted(double[] values) {
    double[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }
}
