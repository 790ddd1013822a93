package dev.steepest.study.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Mann–Whitney U test of two independent samples (Mann and Whitney 1947).
 *
 * @param u pairs (a, b) with a &gt; b, ties counted half
 * @param p two-sided; exact where there are no ties and n·m ≤ {@value #EXACT_UP_TO}, else normal
 *     with correction for ties and continuity
 */
public record MannWhitney(double u, double p, Method method) {

  public enum Method {
    EXACT,
    ASYMPTOTIC
  }

  /**
   * Size of the exact table that is still quick to fill; at 50 × 50 the normal is good to three
   * digits. Assumed.
   */
  public static final int EXACT_UP_TO = 2500;

  public static MannWhitney of(double[] first, double[] second) {
    double[] a = Samples.checked("first", first, 1);
    double[] b = Samples.checked("second", second, 1);
    double u = 0;
    for (double x : a) {
      for (double y : b) {
        u += x > y ? 1 : x == y ? .5 : 0;
      }
    }
    double ties = tieTerm(a, b);
    return ties == 0 && a.length * b.length <= EXACT_UP_TO
        ? new MannWhitney(u, exact((int) u, a.length, b.length), Method.EXACT)
        : new MannWhitney(u, asymptotic(u, a.length, b.length, ties), Method.ASYMPTOTIC);
  }

  /** Σ(t³ − t) over groups of t equal values. */
  private static double tieTerm(double[] a, double[] b) {
    double[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    Arrays.sort(all);
    double term = 0;
    for (int i = 0, j; i < all.length; i = j) {
      for (j = i; j < all.length && all[j] == all[i]; j++) {}
      double t = j - i;
      term += t * t * t - t;
    }
    return term;
  }

  /**
   * Share of the C(n+m, n) arrangements whose U is as extreme: the coefficients of the Gaussian
   * binomial.
   */
  private static double exact(int u, int n, int m) {
    // ways[v] after i rounds: the arrangements of i firsts among m seconds with U = v, as shares.
    double[] ways = new double[n * m + 1];
    ways[0] = 1;
    for (int i = 1; i <= n; i++) {
      // multiply by (1 − q^(m+i)) / (1 − q^i); dividing by the count of arrangements keeps the sum
      // at 1
      for (int v = n * m; v >= m + i; v--) {
        ways[v] -= ways[v - m - i];
      }
      for (int v = i; v <= n * m; v++) {
        ways[v] += ways[v - i];
      }
      double share = (double) i / (m + i);
      for (int v = 0; v <= n * m; v++) {
        ways[v] *= share;
      }
    }
    double tail = 0;
    for (int v = 0; v <= Math.min(u, n * m - u); v++) {
      tail += ways[v];
    }
    return Math.min(1, 2 * tail);
  }

  private static double asymptotic(double u, int n, int m, double ties) {
    double all = n + m;
    double variance = n * (double) m / 12 * (all + 1 - ties / (all * (all - 1)));
    if (!(variance > 0)) {
      return 1; // every value is the same
    }
    double distance = Math.max(0, Math.abs(u - n * (double) m / 2) - .5);
    double z = distance / Math.sqrt(variance);
    return Math.min(1, 2 * NormalDistribution.of(0, 1).survivalProbability(z));
  }
}
