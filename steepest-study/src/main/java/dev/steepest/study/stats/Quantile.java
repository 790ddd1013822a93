package dev.steepest.study.stats;

/**
 * Quantiles of a sample by linear interpolation between order statistics (Hyndman and Fan 1996,
 * type 7; R's default).
 */
public final class Quantile {
  private Quantile() {}

  /** The {@code p}-quantile of {@code values}, {@code p} in [0, 1]. */
  public static double of(double[] values, double p) {
    return ofSorted(Samples.sorted(Samples.checked("values", values, 1)), p);
  }

  static double ofSorted(double[] sorted, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("quantile " + p + " must lie in [0, 1]");
    }
    double position = p * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
