package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Bootstrap intervals of a statistic: bias-corrected and accelerated (Efron 1987, JASA 82), and the
 * plain percentiles of the same resamples, which publications mostly mean by "bootstrap".
 *
 * @param estimate the statistic of the sample itself
 * @param interval bias-corrected and accelerated
 * @param percentile between the replicates' own quantiles
 * @param bias z₀: how far the estimate lies from the median of its replicates, in normal quantiles
 * @param acceleration a: how the standard error changes with the statistic, from the jackknife
 * @param warning said where the interval is not to be trusted
 */
public record Bootstrap(
    double estimate,
    Interval interval,
    Interval percentile,
    double bias,
    double acceleration,
    int resamples,
    long seed,
    Optional<String> warning) {

  public static final int RESAMPLES = 10_000;

  /**
   * At n = 3 a percentile bootstrap errs in 19.7 % of the cases where 5 % were promised (Welch: 3.6
   * %).
   */
  public static final int TRUSTED_FROM = 10;

  /** Of the mean. */
  public static Bootstrap ofMean(double[] values, double level, long seed) {
    return bca(values, Samples::mean, level, seed);
  }

  public static Bootstrap bca(
      double[] values, ToDoubleFunction<double[]> statistic, double level, long seed) {
    return bca(values, statistic, level, RESAMPLES, seed);
  }

  public static Bootstrap bca(
      double[] values,
      ToDoubleFunction<double[]> statistic,
      double level,
      int resamples,
      long seed) {
    double[] sample = Samples.checked("values", values, 2);
    double estimate = statistic.applyAsDouble(sample.clone());
    double[] replicates = replicates(sample, statistic, resamples, seed);
    double z0 = bias(replicates, estimate);
    double a = acceleration(sample, statistic);
    double tail = (1 - Samples.level(level)) / 2;
    Interval interval =
        new Interval(
            Quantile.ofSorted(replicates, corrected(tail, z0, a)),
            Quantile.ofSorted(replicates, corrected(1 - tail, z0, a)),
            level);
    Interval percentile =
        new Interval(
            Quantile.ofSorted(replicates, tail), Quantile.ofSorted(replicates, 1 - tail), level);
    return new Bootstrap(
        estimate, interval, percentile, z0, a, resamples, seed, warning(sample.length));
  }

  private static double[] replicates(
      double[] sample, ToDoubleFunction<double[]> statistic, int resamples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] replicates = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      double[] drawn = new double[sample.length];
      Arrays.setAll(drawn, _ -> sample[random.nextInt(sample.length)]);
      replicates[r] = statistic.applyAsDouble(drawn);
    }
    Arrays.sort(replicates);
    return replicates;
  }

  /** z₀ = Φ⁻¹(share of replicates below the estimate, ties half), kept finite. */
  private static double bias(double[] replicates, double estimate) {
    double below = 0;
    for (double replicate : replicates) {
      below += replicate < estimate ? 1 : replicate == estimate ? .5 : 0;
    }
    double share = Math.clamp(below, .5, replicates.length - .5) / replicates.length;
    return NormalDistribution.of(0, 1).inverseCumulativeProbability(share);
  }

  /** a = Σ(θ̄ − θᵢ)³ / 6(Σ(θ̄ − θᵢ)²)^1.5 over the statistics θᵢ with value i left out. */
  private static double acceleration(double[] sample, ToDoubleFunction<double[]> statistic) {
    double[] jackknife = new double[sample.length];
    for (int i = 0; i < sample.length; i++) {
      double[] without = new double[sample.length - 1];
      System.arraycopy(sample, 0, without, 0, i);
      System.arraycopy(sample, i + 1, without, i, sample.length - 1 - i);
      jackknife[i] = statistic.applyAsDouble(without);
    }
    double mean = Samples.mean(jackknife);
    double cubes = 0;
    for (double value : jackknife) {
      cubes += Math.pow(mean - value, 3);
    }
    double squares = Samples.squares(jackknife);
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  /** Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z))). */
  private static double corrected(double p, double z0, double a) {
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double z = z0 + normal.inverseCumulativeProbability(p);
    return normal.cumulativeProbability(z0 + z / (1 - a * z));
  }

  private static Optional<String> warning(int n) {
    return n >= TRUSTED_FROM
        ? Optional.empty()
        : Optional.of(
            "a bootstrap of n = "
                + n
                + " is too narrow; use the t interval below n = "
                + TRUSTED_FROM);
  }
}
