package dev.steepest.study.stats;

import java.util.SplittableRandom;

/**
 * Permutation importance by observations that a tree was not grown on.
 *
 * @param centered values of the observations about their mean
 * @param exchanges by how many other observations' values one is exchanged, at most
 */
record Shuffling(BoostedForest forest, double[] centered, int exchanges) {

  /** 1 − squared error / variance of the observations. */
  double explained() {
    double error = 0;
    for (int i = 0; i < centered.length; i++) {
      error += square(centered[i] - forest.outside(i, forest.at(i)));
    }
    return 1 - error / Samples.squares(centered);
  }

  /**
   * By how much the squared error of each observation grows when it is given other values of a
   * factor, in shares of the variance.
   */
  double[] losses(int factor, SplittableRandom random) {
    int n = centered.length;
    double variance = Samples.squares(centered) / n;
    double[] losses = new double[n];
    int[] of = forest.cells()[factor].of();
    for (int i = 0; i < n; i++) {
      int[] at = forest.at(i);
      double error = square(centered[i] - forest.outside(i, at));
      int[] others = Shuffle.upTo(n, random);
      int taken = Math.min(exchanges, n);
      double exchanged = 0;
      for (int k = 0; k < taken; k++) {
        at[factor] = of[others[k]];
        exchanged += square(centered[i] - forest.outside(i, at));
      }
      losses[i] = (exchanged / taken - error) / variance;
    }
    return losses;
  }

  private static double square(double x) {
    return x * x;
  }
}
