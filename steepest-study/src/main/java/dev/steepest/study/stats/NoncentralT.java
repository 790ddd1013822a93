package dev.steepest.study.stats;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The distribution of t when the difference is not zero: T = (Z + δ) / S with νS² ~ χ²(ν), hence
 * F(t) = ∫ Φ(ts − δ) f_S(s) ds. The integral is taken by Simpson's rule over the range in which S
 * has all but 1e-15 of its mass.
 */
final class NoncentralT {
  /**
   * Even number of panels; doubling them changes F by less than 1e-10 for ν ≥ 1 (measured in the
   * tests).
   */
  private static final int PANELS = 2000;

  /**
   * Half-width of the range in standard deviations of S, which are about 1/√(2ν). Derived: tail
   * below 1e-15.
   */
  private static final double REACH = 14;

  private NoncentralT() {}

  static double cumulative(double t, double nu, double delta) {
    NormalDistribution normal = NormalDistribution.of(0, 1);
    ChiSquaredDistribution chi = ChiSquaredDistribution.of(nu);
    return simpson(
        Math.max(0, 1 - REACH / Math.sqrt(2 * nu)),
        1 + REACH / Math.sqrt(2 * nu),
        s ->
            s == 0
                ? (nu == 1 ? Math.sqrt(2 / Math.PI) * normal.cumulativeProbability(-delta) : 0)
                : 2
                    * nu
                    * s
                    * chi.density(nu * s * s)
                    * normal.cumulativeProbability(t * s - delta));
  }

  /** The δ under which {@code t} lies at {@code probability}; F falls as δ rises. */
  static double delta(double t, double nu, double probability) {
    double low = t - 1;
    double high = t + 1;
    for (double step = 2; cumulative(t, nu, low) < probability; step *= 2) {
      low -= step;
    }
    for (double step = 2; cumulative(t, nu, high) > probability; step *= 2) {
      high += step;
    }
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (cumulative(t, nu, middle) > probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double simpson(double from, double to, DoubleUnaryOperator f) {
    double h = (to - from) / PANELS;
    double sum = f.applyAsDouble(from) + f.applyAsDouble(to);
    for (int i = 1; i < PANELS; i++) {
      sum += (i % 2 == 1 ? 4 : 2) * f.applyAsDouble(from + i * h);
    }
    return sum * h / 3;
  }
}
