package dev.steepest.study.search;

/** Which way the objective improves. */
public enum Goal {
  MINIMIZE,
  MAXIMIZE;

  /** Whether {@code one} is better than {@code other}; a NaN is never better. */
  public boolean better(double one, double other) {
    return this == MINIMIZE ? one < other : one > other;
  }

  /** The value as something to be minimised. */
  public double cost(double value) {
    return this == MINIMIZE ? value : -value;
  }
}
