package dev.steepest.study.stats;

import org.apache.commons.statistics.distribution.TDistribution;

/** Student's t: tail probabilities and interval half-widths. */
final class StudentT {
  private StudentT() {}

  /** The value that |t| exceeds with probability {@code 1 − level}. */
  static double critical(double level, double degrees) {
    return TDistribution.of(degrees).inverseSurvivalProbability((1 - level) / 2);
  }

  /**
   * Two-sided p of {@code t}; an infinite t has p = 0, an undefined one (no difference, no spread)
   * p = 1.
   */
  static double twoSided(double t, double degrees) {
    if (Double.isNaN(t)) {
      return 1;
    }
    return Math.min(1, 2 * TDistribution.of(degrees).survivalProbability(Math.abs(t)));
  }

  static Interval interval(double estimate, double standardError, double degrees, double level) {
    double half = critical(Samples.level(level), degrees) * standardError;
    return new Interval(estimate - half, estimate + half, level);
  }
}
