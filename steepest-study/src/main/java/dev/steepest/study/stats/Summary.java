package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a sample looks like.
 *
 * @param n number of values, ≥ 1
 * @param sd standard deviation with n − 1; empty where n = 1
 * @param firstQuartile type 7, see {@link Quantile}
 * @param iqm interquartile mean: the mean after ⌊n/4⌋ values are cut at either end (scipy {@code
 *     trim_mean(x, .25)}; Agarwal et al. 2021, arXiv:2108.13264)
 * @param interval Student's t interval of the mean; empty where n = 1
 */
public record Summary(
    int n,
    double mean,
    OptionalDouble sd,
    double min,
    double firstQuartile,
    double median,
    double thirdQuartile,
    double max,
    double iqm,
    Optional<Interval> interval) {

  public static Summary of(double[] values, double level) {
    double[] sorted = Samples.sorted(Samples.checked("values", values, 1));
    int n = sorted.length;
    double mean = Samples.mean(sorted);
    OptionalDouble sd =
        n > 1 ? OptionalDouble.of(Math.sqrt(Samples.variance(sorted))) : OptionalDouble.empty();
    Optional<Interval> interval =
        n > 1
            ? Optional.of(StudentT.interval(mean, sd.getAsDouble() / Math.sqrt(n), n - 1, level))
            : Optional.empty();
    return new Summary(
        n,
        mean,
        sd,
        sorted[0],
        Quantile.ofSorted(sorted, .25),
        Quantile.ofSorted(sorted, .5),
        Quantile.ofSorted(sorted, .75),
        sorted[n - 1],
        Samples.mean(Arrays.copyOfRange(sorted, n / 4, n - n / 4)),
        interval);
  }
}
