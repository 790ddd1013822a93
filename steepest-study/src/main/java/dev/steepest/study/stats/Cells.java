package dev.steepest.study.stats;

import java.util.Arrays;

/**
 * A factor cut into cells, between which trees may split: a cell per distinct value, or per group
 * of neighbours where there are more than {@value #MOST}; observations without a value have the
 * last cell to themselves.
 *
 * @param ordered whether neighbouring cells belong together
 * @param missing the cell of observations without a value, or −1
 * @param of the cell of each observation
 * @param centers what stands for a cell; NaN for that of observations without a value
 * @param weights share of the factor's distribution in each cell; sum 1
 */
record Cells(boolean ordered, int missing, int[] of, double[] centers, double[] weights) {
  /** More places to split at would not be told apart by a few hundred observations. Assumed. */
  static final int MOST = 64;

  static Cells of(Factor factor) {
    double[] values = factor.values();
    double[] distinct =
        Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().distinct().toArray();
    boolean nominal = factor.kind() == Factor.Kind.NOMINAL;
    int[] starts = nominal ? starts(distinct.length, distinct.length) : starts(distinct.length);
    int present = starts.length;
    long absent = Arrays.stream(values).filter(Double::isNaN).count();
    int count = present + (absent > 0 ? 1 : 0);
    int[] of = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      of[i] = Double.isNaN(values[i]) ? present : cell(starts, distinct, values[i]);
    }
    double[] centers = new double[count];
    double[] weights = new double[count];
    double share = 1 - absent / (double) values.length;
    double[] edges = edges(starts, distinct);
    boolean uniform = factor.kind() == Factor.Kind.CONTINUOUS && present > 1;
    for (int c = 0; c < present; c++) {
      int end = c + 1 < present ? starts[c + 1] : distinct.length;
      centers[c] = (distinct[starts[c]] + distinct[end - 1]) / 2;
      double width = uniform ? (edges[c + 1] - edges[c]) / (edges[present] - edges[0]) : 0;
      weights[c] = share * (uniform ? width : 1.0 / present);
    }
    if (absent > 0) {
      centers[present] = Double.NaN;
      weights[present] = 1 - share;
    }
    return new Cells(!nominal, absent > 0 ? present : -1, of, centers, weights);
  }

  /** The same cells of some of the observations. */
  Cells only(int[] kept) {
    return new Cells(
        ordered, missing, Arrays.stream(kept).map(i -> of[i]).toArray(), centers, weights);
  }

  int count() {
    return weights.length;
  }

  /** Number of cells with a value. */
  int present() {
    return missing < 0 ? weights.length : missing;
  }

  /** The cell that holds the {@code p}-quantile of the factor's distribution. */
  int quantile(double p) {
    int cell = 0;
    for (double below = weights[0]; below <= p && cell < weights.length - 1; cell++) {
      below += weights[cell + 1];
    }
    return cell;
  }

  private static int[] starts(int distinct) {
    return starts(distinct, Math.min(distinct, MOST));
  }

  /** Index of the first value of each cell. */
  private static int[] starts(int distinct, int cells) {
    int[] starts = new int[cells];
    Arrays.setAll(starts, c -> (int) ((long) c * distinct / cells));
    return starts;
  }

  private static int cell(int[] starts, double[] distinct, double value) {
    int found = Arrays.binarySearch(starts, Arrays.binarySearch(distinct, value));
    return found >= 0 ? found : -found - 2;
  }

  /** Ends of the cells: the middle between neighbours, and the extreme values. */
  private static double[] edges(int[] starts, double[] distinct) {
    double[] edges = new double[starts.length + 1];
    for (int c = 0; c < starts.length; c++) {
      edges[c] = c == 0 ? distinct[0] : (distinct[starts[c] - 1] + distinct[starts[c]]) / 2;
    }
    edges[starts.length] = distinct.length == 0 ? 0 : distinct[distinct.length - 1];
    return edges;
  }
}
