package dev.steepest.study.search;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.LogNormalDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** The normal, log-normal and beta distributions. */
public record Parametric(Family family, double first, double second) implements Smooth {
  /** Derived: half of the smallest step of a double below 1, so that quantiles stay finite. */
  private static final double EDGE = 0x1p-54;

  public enum Family {
    /** Mean and standard deviation. */
    NORMAL,
    /** Mean and standard deviation of the logarithm. */
    LOG_NORMAL,
    /** Shapes α and β. */
    BETA
  }

  /**
   * @param mu mean
   * @param sigma standard deviation, above 0
   */
  public static Parametric normal(double mu, double sigma) {
    return new Parametric(Family.NORMAL, mu, sigma);
  }

  /**
   * @param mu mean of the logarithm
   * @param sigma standard deviation of the logarithm, above 0
   */
  public static Parametric logNormal(double mu, double sigma) {
    return new Parametric(Family.LOG_NORMAL, mu, sigma);
  }

  /**
   * @param a shape α, above 0
   * @param b shape β, above 0
   */
  public static Parametric beta(double a, double b) {
    return new Parametric(Family.BETA, a, b);
  }

  private ContinuousDistribution distribution() {
    return switch (family) {
      case NORMAL -> NormalDistribution.of(first, second);
      case LOG_NORMAL -> LogNormalDistribution.of(first, second);
      case BETA -> BetaDistribution.of(first, second);
    };
  }

  @Override
  public double quantile(double share) {
    return distribution().inverseCumulativeProbability(Math.clamp(share, EDGE, 1 - 2 * EDGE));
  }

  @Override
  public double cumulative(double x) {
    return distribution().cumulativeProbability(x);
  }

  @Override
  public double lower() {
    return distribution().getSupportLowerBound();
  }

  @Override
  public double upper() {
    return distribution().getSupportUpperBound();
  }
}
