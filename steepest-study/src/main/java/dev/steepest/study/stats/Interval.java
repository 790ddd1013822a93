package dev.steepest.study.stats;

/**
 * A two-sided confidence interval.
 *
 * @param level probability that the procedure covers the truth, in (0, 1)
 */
public record Interval(double low, double high, double level) {
  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "interval from " + low + " to " + high + " is upside down");
    }
  }

  /** The interval of the negated quantity. */
  public Interval negated() {
    return new Interval(-high, -low, level);
  }

  /** The interval of a quantity {@code factor} times as large; {@code factor} ≥ 0. */
  public Interval times(double factor) {
    return new Interval(low * factor, high * factor, level);
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  public double halfWidth() {
    return (high - low) / 2;
  }
}
