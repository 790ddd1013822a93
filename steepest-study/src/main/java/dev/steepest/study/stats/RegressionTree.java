package dev.steepest.study.stats;

import java.util.SplittableRandom;

/**
 * A tree that predicts a number: each split sends the cells of one factor to one of two sides, each
 * leaf says the mean of the observations that end there (Breiman et al. 1984).
 */
sealed interface RegressionTree {

  record Leaf(double value) implements RegressionTree {}

  /**
   * @param left whether a cell of the factor goes to {@code less}
   */
  record Split(int factor, boolean[] left, RegressionTree less, RegressionTree more)
      implements RegressionTree {}

  /**
   * Learns from observations.
   *
   * @param cells of each factor
   * @param y of each observation
   * @param drawn the observations to learn from, repetitions included
   * @param smallest fewest of them in a leaf
   * @param tried among how many factors, drawn at random, a split chooses
   */
  static RegressionTree grown(
      Cells[] cells, double[] y, int[] drawn, int smallest, int tried, SplittableRandom random) {
    return new TreeGrowth(cells, y, smallest, tried, random).from(drawn);
  }

  /**
   * @param at the cell of each factor
   */
  default double predict(int[] at) {
    RegressionTree node = this;
    while (node instanceof Split split) {
      node = split.left()[at[split.factor()]] ? split.less() : split.more();
    }
    return ((Leaf) node).value();
  }
}
