package dev.steepest.study.search;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Iterations at which trials are compared, and what they had reached by then. */
final class Rungs {
  /** Derived: no trial is trained for longer than a {@link Long} can count. */
  private static final double LONGEST = 0x1p62;

  /** W&B's number, of the powers of η that are looked at. */
  private static final int MOST = 100;

  private Rungs() {}

  /**
   * From {@code first} on, each {@code eta} times the one before, rounded down, up to {@code last}.
   */
  static List<Long> up(long first, double eta, double last) {
    List<Long> rungs = new ArrayList<>();
    double at = first;
    for (int i = 0; i < MOST && at <= Math.min(last, LONGEST); i++) {
      add(rungs, at);
      at *= eta;
    }
    return rungs;
  }

  /**
   * {@code max}/{@code eta}, that divided by {@code eta} …, at most {@code count}, none below 1.
   */
  static List<Long> down(long max, double eta, long count) {
    List<Long> rungs = new ArrayList<>();
    double at = max / eta;
    for (int i = 0; i < Math.min(count, MOST) && at >= 1; i++) {
      add(rungs, at);
      at /= eta;
    }
    return rungs.reversed();
  }

  private static void add(List<Long> rungs, double at) {
    if (rungs.isEmpty() || rungs.getLast() != (long) at) {
      rungs.add((long) at);
    }
  }

  /** How far a trial is. */
  static long reached(Trial trial) {
    return trial.reports().isEmpty() ? 0 : trial.reports().getLast().iteration();
  }

  /** What a trial cost at a rung; ∞ where it was no number; empty where it has not got there. */
  static OptionalDouble cost(Trial trial, long rung, Goal goal) {
    return trial.reports().stream()
        .filter(report -> report.iteration() >= rung)
        .mapToDouble(report -> cost(report.value(), goal))
        .findFirst();
  }

  static double cost(double value, Goal goal) {
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : goal.cost(value);
  }

  /** The costs of all trials that have got to a rung, ascending. */
  static double[] costs(Trial trial, List<Trial> others, long rung, Goal goal) {
    return Stream.concat(Stream.of(trial), others.stream())
        .map(one -> cost(one, rung, goal))
        .flatMapToDouble(OptionalDouble::stream)
        .sorted()
        .toArray();
  }
}
