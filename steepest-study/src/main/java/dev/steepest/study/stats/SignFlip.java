package dev.steepest.study.stats;

import java.util.SplittableRandom;

/**
 * Paired permutation test: under no difference each pair's sign is a fair coin (Fisher 1935, §21).
 * The statistic is the sum of the differences; p is the share of sign patterns whose sum is at
 * least as far from zero.
 *
 * @param n pairs
 * @param difference mean of first − second
 * @param p two-sided; exact, or (1 + hits) / (1 + samples) (Phipson and Smyth 2010) which never is
 *     zero
 * @param patterns sign patterns looked at
 * @param seed of the Monte Carlo draw; unused where the method is exact
 */
public record SignFlip(
    int n, double difference, double p, Method method, long patterns, long seed) {

  public enum Method {
    EXACT,
    MONTE_CARLO
  }

  /** 2¹⁹ half patterns take some milliseconds; beyond, sampling is as good. Assumed, not tuned. */
  public static final int EXACT_UP_TO = 20;

  /** Patterns drawn where enumeration is too long: standard error of p ≤ .0016. Assumed. */
  public static final int MONTE_CARLO_PATTERNS = 100_000;

  public static SignFlip of(double[] first, double[] second, long seed) {
    double[] d = Samples.differences(first, second, 1);
    return d.length <= EXACT_UP_TO ? exact(d, seed) : sampled(d, seed);
  }

  /** The smallest two-sided p that {@code n} pairs can reach: 2 / 2ⁿ. */
  public static double smallestP(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("no sign can be flipped in " + n + " pairs");
    }
    return Math.scalb(1.0, 1 - n);
  }

  /** The fewest pairs with which p below {@code alpha} is within reach. */
  public static int fewestPairs(double alpha) {
    int n = 1;
    while (smallestP(n) >= Samples.level(alpha)) {
      n++;
    }
    return n;
  }

  /**
   * Enumerates half of the patterns in Gray-code order (one sign changes at a time); the other half
   * mirrors it.
   */
  private static SignFlip exact(double[] d, long seed) {
    double sum = sum(d);
    double[] signed = d.clone();
    double current = sum;
    double limit = Math.abs(sum) - slack(d);
    long patterns = 1L << (d.length - 1);
    long hits = 0;
    for (long k = 0; k < patterns; k++) {
      if (k > 0) {
        int flip = Long.numberOfTrailingZeros(k);
        signed[flip] = -signed[flip];
        current += 2 * signed[flip];
      }
      if (Math.abs(current) >= limit) {
        hits++;
      }
    }
    return new SignFlip(
        d.length, sum / d.length, (double) hits / patterns, Method.EXACT, 2 * patterns, seed);
  }

  private static SignFlip sampled(double[] d, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double sum = sum(d);
    double limit = Math.abs(sum) - slack(d);
    long hits = 0;
    for (int k = 0; k < MONTE_CARLO_PATTERNS; k++) {
      double flipped = 0;
      for (double value : d) {
        flipped += random.nextBoolean() ? value : -value;
      }
      if (Math.abs(flipped) >= limit) {
        hits++;
      }
    }
    double p = (1.0 + hits) / (1.0 + MONTE_CARLO_PATTERNS);
    return new SignFlip(
        d.length, sum / d.length, p, Method.MONTE_CARLO, MONTE_CARLO_PATTERNS, seed);
  }

  /** Sums that differ by rounding alone count as equal. */
  private static double slack(double[] d) {
    double size = 0;
    for (double value : d) {
      size += Math.abs(value);
    }
    return 1e-12 * size;
  }

  private static double sum(double[] d) {
    double sum = 0;
    for (double value : d) {
      sum += value;
    }
    return sum;
  }
}
