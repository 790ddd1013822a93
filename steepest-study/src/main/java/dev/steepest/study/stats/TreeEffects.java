package dev.steepest.study.stats;

import java.util.Arrays;

/**
 * What one tree predicts at a cell of one factor, averaged over all values of the others. Its
 * leaves are boxes, so that the averages are sums over leaves, and exact.
 *
 * @param factor times which all is added to {@code effects}
 * @param box the cells of each factor that lead to where the walk through the tree is
 * @param weights their share of the factor's distribution
 */
record TreeEffects(
    Cells[] cells, double factor, double[][] effects, boolean[][] box, double[] weights) {

  /** Adds the tree's effects {@code [factor][cell]}, times {@code factor}. */
  static void add(RegressionTree tree, Cells[] cells, double factor, double[][] effects) {
    boolean[][] box = new boolean[cells.length][];
    double[] weights = new double[cells.length];
    for (int j = 0; j < cells.length; j++) {
      box[j] = new boolean[cells[j].count()];
      Arrays.fill(box[j], true);
      weights[j] = 1;
    }
    new TreeEffects(cells, factor, effects, box, weights).through(tree);
  }

  private void through(RegressionTree node) {
    switch (node) {
      case RegressionTree.Leaf leaf -> at(leaf.value());
      case RegressionTree.Split split -> {
        side(split, true, split.less());
        side(split, false, split.more());
      }
    }
  }

  private void side(RegressionTree.Split split, boolean left, RegressionTree child) {
    int j = split.factor();
    boolean[] whole = box[j];
    double weight = weights[j];
    boolean[] part = whole.clone();
    double share = 0;
    for (int c = 0; c < part.length; c++) {
      part[c] &= split.left()[c] == left;
      share += part[c] ? cells[j].weights()[c] : 0;
    }
    if (share > 0) {
      box[j] = part;
      weights[j] = share;
      through(child);
      box[j] = whole;
      weights[j] = weight;
    }
  }

  private void at(double value) {
    double all = factor * value;
    for (double weight : weights) {
      all *= weight;
    }
    for (int j = 0; j < box.length; j++) {
      double others = all / weights[j];
      for (int c = 0; c < box[j].length; c++) {
        effects[j][c] += box[j][c] ? others : 0;
      }
    }
  }
}
