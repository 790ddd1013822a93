package dev.steepest.study.report;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A metric over the course of training: the mean over seeds with a band about it.
 *
 * <p>Where all runs were looked at in the same places the mean is taken there. Otherwise (seconds
 * always) each run is interpolated linearly on a common grid, which ends where the first of the
 * runs ends: a mean over those that happen to last longer would bend for no reason of training.
 *
 * @param x rising
 * @param low lower end of the band; NaN where there is one run only
 * @param runs how many runs the mean is of
 */
record Curve(double[] x, double[] mean, double[] low, double[] high, int runs) {

  /** Points of a curve at most: more cannot be told apart on a screen. Assumed. */
  static final int MOST_POINTS = 240;

  /** What the band about the mean shows. */
  enum Band {
    /** Where the mean may lie: Student's t interval. */
    INTERVAL,
    /** How far runs lie apart: one standard deviation (n − 1) to either side. */
    DEVIATION;

    /** Lower and upper end; NaN of a single run. */
    private double[] ends(Summary s) {
      return switch (this) {
        case INTERVAL ->
            new double[] {
              s.interval().map(Interval::low).orElse(Double.NaN),
              s.interval().map(Interval::high).orElse(Double.NaN)
            };
        case DEVIATION ->
            new double[] {
              s.mean() - s.sd().orElse(Double.NaN), s.mean() + s.sd().orElse(Double.NaN)
            };
      };
    }
  }

  /** With the t interval; empty where no run has the metric on this axis. */
  static Optional<Curve> of(List<RunRecord> runs, Axis axis, String metric, double level) {
    return of(runs, axis, metric, level, Band.INTERVAL);
  }

  /** Empty where no run has the metric on this axis. */
  static Optional<Curve> of(
      List<RunRecord> runs, Axis axis, String metric, double level, Band band) {
    List<double[][]> traces =
        runs.stream().map(run -> trace(run, axis, metric)).filter(t -> t[0].length > 0).toList();
    if (traces.isEmpty()) {
      return Optional.empty();
    }
    double[] first = traces.getFirst()[0];
    boolean aligned =
        first.length <= MOST_POINTS
            && traces.stream().allMatch(trace -> Arrays.equals(trace[0], first));
    double[] x = aligned ? first : grid(traces);
    double[] mean = new double[x.length];
    double[] low = new double[x.length];
    double[] high = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double at = x[i];
      Summary s =
          Summary.of(traces.stream().mapToDouble(t -> interpolated(t, at)).toArray(), level);
      mean[i] = s.mean();
      double[] ends = band.ends(s);
      low[i] = ends[0];
      high[i] = ends[1];
    }
    return Optional.of(new Curve(x, mean, low, high, traces.size()));
  }

  /** The points {x, y} of one run at which both are known; x rises. */
  static double[][] trace(RunRecord run, Axis axis, String metric) {
    double[] x = new double[run.evaluations().size()];
    double[] y = new double[x.length];
    int n = 0;
    for (Evaluation e : run.evaluations()) {
      double at = axis.of(run, e);
      OptionalDouble value = e.value(metric);
      boolean rises = n == 0 || at > x[n - 1];
      if (Double.isFinite(at) && rises && Double.isFinite(value.orElse(Double.NaN))) {
        x[n] = at;
        y[n] = value.getAsDouble();
        n++;
      }
    }
    return new double[][] {Arrays.copyOf(x, n), Arrays.copyOf(y, n)};
  }

  private static double[] grid(List<double[][]> traces) {
    double from = traces.stream().mapToDouble(t -> t[0][0]).max().orElseThrow();
    double to = traces.stream().mapToDouble(t -> t[0][t[0].length - 1]).min().orElseThrow();
    if (!(to > from)) {
      return new double[] {from};
    }
    int longest = traces.stream().mapToInt(t -> t[0].length).max().orElseThrow();
    double[] grid = new double[Math.min(MOST_POINTS, Math.max(2, 2 * longest))];
    Arrays.setAll(grid, i -> from + (to - from) * i / (grid.length - 1));
    grid[grid.length - 1] = to;
    return grid;
  }

  private static double interpolated(double[][] trace, double at) {
    double[] x = trace[0];
    double[] y = trace[1];
    int found = Arrays.binarySearch(x, at);
    if (found >= 0) {
      return y[found];
    }
    int above = -found - 1;
    if (above == 0 || above == x.length) {
      return y[Math.min(above, x.length - 1)];
    }
    double share = (at - x[above - 1]) / (x[above] - x[above - 1]);
    return y[above - 1] + share * (y[above] - y[above - 1]);
  }
}
