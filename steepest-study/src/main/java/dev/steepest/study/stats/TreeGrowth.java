package dev.steepest.study.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Grows a regression tree. A node is split where that leaves the least sum of squares. Cells of an
 * ordered factor are cut in two at a place, those of a nominal one after sorting them by their
 * mean, which is optimal for squares (Breiman et al. 1984, §4.2); the cell of observations without
 * a value goes to the side that it fits better. Between two cells that a node has seen, the place
 * of the cut is drawn at random, so that a forest does not prefer one.
 *
 * @param y centred about its mean
 */
record TreeGrowth(Cells[] cells, double[] y, int smallest, int tried, SplittableRandom random) {

  /** Less than this share of all squares is rounding. */
  private static final double ROUNDING = 1e-12;

  /** A way to split and by how much it reduces the sum of squares. */
  private record Cut(int factor, boolean[] left, double gain) {
    static final Cut NONE = new Cut(-1, new boolean[0], 0);

    boolean none() {
      return factor < 0;
    }
  }

  RegressionTree from(int[] drawn) {
    double sum = IntStream.of(drawn).mapToDouble(i -> y[i]).sum();
    Cut best = drawn.length < 2 * smallest ? Cut.NONE : best(drawn, sum);
    if (best.none()) {
      return new RegressionTree.Leaf(sum / drawn.length);
    }
    int[] of = cells[best.factor()].of();
    return new RegressionTree.Split(
        best.factor(),
        best.left(),
        from(IntStream.of(drawn).filter(i -> best.left()[of[i]]).toArray()),
        from(IntStream.of(drawn).filter(i -> !best.left()[of[i]]).toArray()));
  }

  /** Factors that cannot be split here are not among those tried. */
  private Cut best(int[] drawn, double sum) {
    double squares = IntStream.of(drawn).mapToDouble(i -> y[i] * y[i]).sum();
    Cut best = new Cut(-1, new boolean[0], ROUNDING * squares);
    int left = tried;
    for (int factor : Shuffle.upTo(cells.length, random)) {
      Cut cut = left > 0 ? best(factor, drawn, sum) : Cut.NONE;
      left -= cut.none() ? 0 : 1;
      best = cut.gain() > best.gain() ? cut : best;
    }
    return best;
  }

  private Cut best(int factor, int[] drawn, double sum) {
    Cells of = cells[factor];
    double[] sums = new double[of.count()];
    int[] counts = new int[of.count()];
    for (int i : drawn) {
      sums[of.of()[i]] += y[i];
      counts[of.of()[i]]++;
    }
    int[] seen = IntStream.range(0, of.present()).filter(c -> counts[c] > 0).toArray();
    if (!of.ordered()) {
      seen =
          IntStream.of(seen)
              .boxed()
              .sorted((a, b) -> Double.compare(sums[a] / counts[a], sums[b] / counts[b]))
              .mapToInt(c -> c)
              .toArray();
    }
    Sides sides = new Sides(drawn.length, sum, smallest);
    double lost = of.missing() < 0 ? 0 : sums[of.missing()];
    int absent = of.missing() < 0 ? 0 : counts[of.missing()];
    double less = 0;
    int below = 0;
    for (int k = 0; k < seen.length; k++) {
      less += sums[seen[k]];
      below += counts[seen[k]];
      sides.consider(k, false, below, less);
      if (absent > 0 && k < seen.length - 1) {
        sides.consider(k, true, below + absent, less + lost);
      }
    }
    return sides.last < 0 ? Cut.NONE : new Cut(factor, left(of, seen, counts, sides), sides.gain);
  }

  /** Which cells are on the left, those that the node has not seen among them. */
  private boolean[] left(Cells of, int[] seen, int[] counts, Sides sides) {
    boolean[] left = new boolean[of.count()];
    if (of.ordered()) {
      boolean all = sides.last == seen.length - 1;
      int from = seen[sides.last];
      int cut = all ? of.present() : from + 1 + random.nextInt(seen[sides.last + 1] - from);
      Arrays.fill(left, 0, cut, true);
    } else {
      boolean heavier = 2 * sides.below > sides.n; // where a level goes that was not seen
      for (int c = 0; c < of.present(); c++) {
        left[c] = counts[c] == 0 && heavier;
      }
      for (int k = 0; k <= sides.last; k++) {
        left[seen[k]] = true;
      }
    }
    if (of.missing() >= 0) {
      left[of.missing()] = counts[of.missing()] > 0 ? sides.withMissing : 2 * sides.below > sides.n;
    }
    return left;
  }

  /** The best way so far to lay a node's observations on two sides. */
  private static final class Sides {
    private final int n;
    private final double sum;
    private final int smallest;
    private int last = -1;
    private boolean withMissing;
    private int below;
    private double gain;

    Sides(int n, double sum, int smallest) {
      this.n = n;
      this.sum = sum;
      this.smallest = smallest;
    }

    /**
     * @param end index of the last seen cell on the left
     * @param missing whether the cell without a value is there too
     * @param count of observations on the left
     * @param less their sum
     */
    void consider(int end, boolean missing, int count, double less) {
      if (count < smallest || n - count < smallest) {
        return;
      }
      double more = sum - less;
      double gained = less * less / count + more * more / (n - count) - sum * sum / n;
      if (gained > gain) {
        gain = gained;
        last = end;
        withMissing = missing;
        below = count;
      }
    }
  }
}
