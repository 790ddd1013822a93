package dev.steepest.study.stats;

/**
 * Size, mean and variance of a sample: all that Student's interval and Welch's test ask of it, and
 * often all that a publication tells.
 *
 * @param n values, ≥ 2
 * @param variance unbiased, n − 1 below
 */
public record Moments(int n, double mean, double variance) {

  public Moments {
    if (n < 2 || !Double.isFinite(mean) || !(variance >= 0)) {
      throw new IllegalArgumentException(
          "n = "
              + n
              + ", mean "
              + mean
              + ", variance "
              + variance
              + " describe no sample; n ≥ 2, a finite mean and a variance ≥ 0 do");
    }
  }

  public static Moments of(double[] values) {
    double[] sample = Samples.checked("values", values, 2);
    return new Moments(sample.length, Samples.mean(sample), Samples.variance(sample));
  }

  /** From the standard deviation with n − 1 below, as this package states it. */
  public static Moments ofSd(int n, double mean, double sd) {
    return new Moments(n, mean, sd * sd);
  }

  /** From the standard deviation with n below, numpy's default: its square is n / (n − 1) short. */
  public static Moments ofPopulationSd(int n, double mean, double sd) {
    return new Moments(n, mean, sd * sd * n / (n - 1));
  }

  /** The values multiplied by {@code factor}. */
  public Moments times(double factor) {
    return new Moments(n, factor * mean, factor * factor * variance);
  }

  /** Variance of the mean. */
  double ofMean() {
    return variance / n;
  }

  /** Student's t interval of the mean. */
  public Interval interval(double level) {
    return StudentT.interval(mean, Math.sqrt(variance) / Math.sqrt(n), n - 1, level);
  }
}
