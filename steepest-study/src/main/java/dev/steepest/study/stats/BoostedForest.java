package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A random forest (Breiman 2001) and a second one of what the first left over, outside its draws
 * (Ghosal and Hooker 2020, "Boosting random forests to reduce bias", arXiv:1803.08000). One forest
 * alone flattens effects, the weak more than the strong: of variances .80 and .20 it finds .82 and
 * .13 in 40 observations, both together .77 and .18 (measured, means of 40 samples).
 *
 * @param cells of each factor
 * @param pairs a tree of each forest, grown on the same draws; their predictions add up to a
 *     distance from the mean of the observations
 * @param drawn how often a pair drew an observation: {@code [pair][observation]}
 */
record BoostedForest(Cells[] cells, RegressionTree[][] pairs, int[][] drawn) {
  private static final int STAGES = 2;

  /**
   * @param centered values of the observations about their mean
   */
  static BoostedForest grown(Cells[] cells, double[] centered, int pairs, SplittableRandom random) {
    int n = centered.length;
    int tried = Math.ceilDiv(cells.length, 2); // half: neither greedy nor blind; measured
    int[][] chosen = new int[pairs][];
    int[][] drawn = new int[pairs][n];
    for (int b = 0; b < pairs; b++) {
      chosen[b] = IntStream.range(0, n).map(_ -> random.nextInt(n)).toArray();
      for (int i : chosen[b]) {
        drawn[b][i]++;
      }
    }
    BoostedForest forest = new BoostedForest(cells, new RegressionTree[pairs][STAGES], drawn);
    double[] left = centered.clone();
    for (int stage = 0; stage < STAGES; stage++) {
      for (int b = 0; b < pairs; b++) {
        forest.pairs[b][stage] =
            RegressionTree.grown(cells, left, chosen[b], smallestLeaf(n), tried, random.split());
      }
      for (int i = 0; i < n; i++) {
        left[i] -= forest.outside(i, forest.at(i), stage, stage + 1);
      }
    }
    return forest;
  }

  /** One observation, until more than {@value Cells#MOST} leaves would be needed for that. */
  private static int smallestLeaf(int n) {
    return Math.max(1, n / (2 * Cells.MOST));
  }

  /** The cells in which an observation lies. */
  int[] at(int observation) {
    return Arrays.stream(cells).mapToInt(c -> c.of()[observation]).toArray();
  }

  /** The prediction at each point, given by the cell of each factor. */
  double[] predict(int[][] points) {
    double[] sums = new double[points.length];
    for (RegressionTree[] pair : pairs) {
      for (RegressionTree tree : pair) {
        for (int k = 0; k < points.length; k++) { // a tree stays in the cache
          sums[k] += tree.predict(points[k]);
        }
      }
    }
    return Arrays.stream(sums).map(sum -> sum / pairs.length).toArray();
  }

  /**
   * The prediction by those pairs that did not draw an observation.
   *
   * @param at where to predict; elsewhere than at the observation, where one factor is exchanged
   */
  double outside(int observation, int[] at) {
    return outside(observation, at, 0, STAGES);
  }

  /** Of the stages from {@code first} to before {@code end}; 0 where every pair drew it. */
  private double outside(int observation, int[] at, int first, int end) {
    double sum = 0;
    int count = 0;
    for (int b = 0; b < pairs.length; b++) {
      if (drawn[b][observation] == 0) {
        for (int stage = first; stage < end; stage++) {
          sum += pairs[b][stage].predict(at);
        }
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}
