package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Probability that a run of the first arm beats one of the second, ties half (Agarwal et al. 2021,
 * arXiv:2108.13264).
 *
 * @param probability U / (n·m)
 * @param interval percentile bootstrap, each arm resampled by itself, as in that paper
 * @param seed of the resampling
 */
public record Improvement(double probability, Interval interval, long seed) {

  /** "More" is improvement; negate both samples where less is better. */
  public static Improvement of(double[] first, double[] second, double level, long seed) {
    double[] a = Samples.checked("first", first, 1);
    double[] b = Samples.checked("second", second, 1);
    SplittableRandom random = new SplittableRandom(seed);
    double[] replicates = new double[Bootstrap.RESAMPLES];
    for (int r = 0; r < replicates.length; r++) {
      replicates[r] = share(drawn(a, random), drawn(b, random));
    }
    Arrays.sort(replicates);
    double tail = (1 - Samples.level(level)) / 2;
    return new Improvement(
        share(a, b),
        new Interval(
            Quantile.ofSorted(replicates, tail), Quantile.ofSorted(replicates, 1 - tail), level),
        seed);
  }

  private static double share(double[] a, double[] b) {
    double wins = 0;
    for (double x : a) {
      for (double y : b) {
        wins += x > y ? 1 : x == y ? .5 : 0;
      }
    }
    return wins / ((double) a.length * b.length);
  }

  private static double[] drawn(double[] sample, SplittableRandom random) {
    double[] drawn = new double[sample.length];
    Arrays.setAll(drawn, _ -> sample[random.nextInt(sample.length)]);
    return drawn;
  }
}
