package dev.steepest.study.stats;

import java.util.Optional;

/**
 * The ratio of two independent samples' means, both positive: how many times the second's time the
 * first takes. The interval holds the ratios r that Welch's test of the first against r times the
 * second does not reject (Fieller 1954, JRSS B 16, for unequal variances): it excludes 1 exactly
 * where that test finds a difference.
 *
 * @param ratio mean of the first over mean of the second
 */
public record RatioOfMeans(double ratio, Interval interval) {
  /** Halvings of the bracket: more than a double has bits. */
  private static final int HALVINGS = 64;

  /** Beyond this multiple of the ratio the interval counts as unbounded. Assumed. */
  private static final double UNBOUNDED = 1e6;

  /**
   * Empty where a mean is not positive, or not clearly so: then no finite interval keeps the level.
   */
  public static Optional<RatioOfMeans> of(Moments first, Moments second, double level) {
    double ratio = first.mean() / second.mean();
    if (!(first.mean() > 0 && second.mean() > 0)) {
      return Optional.empty();
    }
    double alpha = 1 - Samples.level(level);
    if (first.variance() + second.variance() == 0) {
      return Optional.of(new RatioOfMeans(ratio, new Interval(ratio, ratio, level)));
    }
    double beyond = 2 * ratio;
    while (p(first, second, beyond) >= alpha) {
      beyond *= 2;
      if (beyond > UNBOUNDED * ratio) {
        return Optional.empty();
      }
    }
    if (p(first, second, 0) >= alpha) {
      return Optional.empty();
    }
    Interval interval =
        new Interval(
            edge(first, second, ratio, 0, alpha), edge(first, second, ratio, beyond, alpha), level);
    return Optional.of(new RatioOfMeans(ratio, interval));
  }

  /** Between {@code inside}, a ratio that is not rejected, and {@code outside}, one that is. */
  private static double edge(
      Moments first, Moments second, double inside, double outside, double alpha) {
    double in = inside;
    double out = outside;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (in + out) / 2;
      if (p(first, second, middle) >= alpha) {
        in = middle;
      } else {
        out = middle;
      }
    }
    return in;
  }

  private static double p(Moments first, Moments second, double ratio) {
    return Welch.of(first, second.times(ratio), .5).p();
  }
}
