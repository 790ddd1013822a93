package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Functional decomposition of a forest's prediction over all values that the factors can take
 * (Hutter, Hoos and Leyton-Brown 2014, ICML, "An efficient approach for assessing hyperparameter
 * importance"). Main effects are exact, of the whole forest; the variance is that over a Latin
 * hypercube of {@value #POINTS} points.
 *
 * @param effects the prediction at a cell of one factor, averaged over the others, less the mean:
 *     {@code [factor][cell]}
 * @param shares of the variance that each factor explains alone; 0 where there is no variance
 */
record Anova(double[][] effects, double[] shares) {
  /** Places at which the variance is taken. Assumed. */
  static final int POINTS = 512;

  static Anova of(BoostedForest forest, SplittableRandom random) {
    Cells[] cells = forest.cells();
    double[][] effects = new double[cells.length][];
    Arrays.setAll(effects, j -> new double[cells[j].count()]);
    for (RegressionTree[] pair : forest.pairs()) {
      for (RegressionTree tree : pair) {
        TreeEffects.add(tree, cells, 1.0 / forest.pairs().length, effects);
      }
    }
    double variance = variance(forest, random);
    double[] shares = new double[cells.length];
    for (int j = 0; j < cells.length; j++) {
      double main = centered(effects[j], cells[j].weights());
      shares[j] = variance > 0 ? Math.min(1, main / variance) : 0;
    }
    return new Anova(effects, shares);
  }

  /** Takes the mean off and gives the variance that remains. */
  private static double centered(double[] effect, double[] weights) {
    double mean = 0;
    for (int c = 0; c < effect.length; c++) {
      mean += weights[c] * effect[c];
    }
    double variance = 0;
    for (int c = 0; c < effect.length; c++) {
      effect[c] -= mean;
      variance += weights[c] * effect[c] * effect[c];
    }
    return variance;
  }

  private static double variance(BoostedForest forest, SplittableRandom random) {
    int[][] points = hypercube(forest.cells(), random);
    return Samples.squares(forest.predict(points)) / POINTS;
  }

  /** Each factor meets each of its strata once, in an order of its own. */
  private static int[][] hypercube(Cells[] cells, SplittableRandom random) {
    int[][] points = new int[POINTS][cells.length];
    for (int j = 0; j < cells.length; j++) {
      int[] strata = Shuffle.upTo(POINTS, random);
      for (int k = 0; k < POINTS; k++) {
        points[k][j] = cells[j].quantile((strata[k] + .5) / POINTS);
      }
    }
    return points;
  }
}
