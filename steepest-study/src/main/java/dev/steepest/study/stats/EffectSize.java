package dev.steepest.study.stats;

import java.util.Optional;

/**
 * A difference in standard deviations.
 *
 * @param d the standardised difference (Cohen)
 * @param corrected d with Hedges' correction for small samples, 1 − 3 / (4ν − 1) (Hedges 1981)
 * @param interval of d, exact under normality, by inverting the noncentral t (Cumming and Finch
 *     2001)
 */
public record EffectSize(double d, double corrected, Interval interval) {

  /**
   * Beyond this t the interval is as narrow as rounding; the samples are constants for all
   * purposes. Assumed.
   */
  private static final double LARGEST_T = 1e4;

  /** Mean difference over the spread of the differences; empty where they have none. */
  public static Optional<EffectSize> paired(double[] first, double[] second, double level) {
    double[] d = Samples.differences(first, second, 2);
    double sd = Math.sqrt(Samples.variance(d));
    return of(Samples.mean(d) / sd, Math.sqrt(d.length), d.length - 1, level);
  }

  /** Mean difference over the pooled spread of independent samples; empty where they have none. */
  public static Optional<EffectSize> independent(double[] first, double[] second, double level) {
    double[] a = Samples.checked("first", first, 2);
    double[] b = Samples.checked("second", second, 2);
    double nu = a.length + b.length - 2;
    double sd = Math.sqrt((Samples.squares(a) + Samples.squares(b)) / nu);
    double toT = Math.sqrt((double) a.length * b.length / (a.length + b.length));
    return of((Samples.mean(a) - Samples.mean(b)) / sd, toT, nu, level);
  }

  private static Optional<EffectSize> of(double d, double toT, double nu, double level) {
    double t = d * toT;
    if (!(Math.abs(t) < LARGEST_T)) {
      return Optional.empty();
    }
    double tail = (1 - Samples.level(level)) / 2;
    Interval interval =
        new Interval(
            NoncentralT.delta(t, nu, 1 - tail) / toT, NoncentralT.delta(t, nu, tail) / toT, level);
    double correction = nu > 1 ? 1 - 3 / (4 * nu - 1) : 1;
    return Optional.of(new EffectSize(d, d * correction, interval));
  }
}
