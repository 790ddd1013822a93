package dev.steepest.study.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * p values of many comparisons, adjusted so that each may be held against the level of the whole
 * family.
 */
public final class Adjustment {
  private Adjustment() {}

  /**
   * Holm 1979 (Scand. J. Statist. 6): bounds the probability of any false claim; for confirmatory
   * claims.
   */
  public static double[] holm(double[] p) {
    Integer[] rising = order(p);
    double[] adjusted = new double[p.length];
    double floor = 0;
    for (int k = 0; k < p.length; k++) {
      floor = Math.max(floor, Math.min(1, (p.length - k) * p[rising[k]]));
      adjusted[rising[k]] = floor;
    }
    return adjusted;
  }

  /** Benjamini and Hochberg 1995 (JRSS B 57): bounds the share of false claims; for exploration. */
  public static double[] benjaminiHochberg(double[] p) {
    Integer[] rising = order(p);
    double[] adjusted = new double[p.length];
    double ceiling = 1;
    for (int k = p.length - 1; k >= 0; k--) {
      ceiling = Math.min(ceiling, p.length / (k + 1.0) * p[rising[k]]);
      adjusted[rising[k]] = ceiling;
    }
    return adjusted;
  }

  private static Integer[] order(double[] p) {
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1)) {
        throw new IllegalArgumentException(
            "p[" + i + "] is " + p[i] + "; a p value lies in [0, 1]");
      }
    }
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> p[i]))
        .toArray(Integer[]::new);
  }
}
