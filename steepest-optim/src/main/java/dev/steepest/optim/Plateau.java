package dev.steepest.optim;

/**
 * Falls when a metric has stopped improving, as torch's ReduceLROnPlateau, but that a relative
 * threshold is a part of the best value's magnitude: metrics may be negative. The only schedule
 * that has a memory: tell it the metric with {@link #observe} and it answers with the factor in
 * force, whatever the step. A checkpoint keeps its {@link #state}.
 */
public final class Plateau implements Schedule {

  /** Which way the metric improves. */
  public enum Goal {
    MINIMUM,
    MAXIMUM
  }

  /** What the threshold is a part of. */
  public enum Threshold {
    /** Of the best value so far. */
    RELATIVE,
    /** Of nothing: a difference. */
    ABSOLUTE
  }

  /**
   * What it remembers.
   *
   * @param factor in force, in [0, 1]
   * @param best metric so far; infinite before the first
   * @param bad observations without improvement since
   * @param cooling observations that are not counted yet
   */
  public record State(double factor, double best, long bad, long cooling) {

    public State {
      Checks.within("factor", factor, 0, 1);
      Checks.atLeast("observations without improvement", bad, 0);
      Checks.atLeast("cooldown left", cooling, 0);
      if (Double.isNaN(best)) {
        throw new IllegalArgumentException("best metric is NaN but must be a number or infinite");
      }
    }
  }

  private static final double LEAST_CHANGE = 1e-8; // torch's eps: smaller falls are skipped

  private final Goal goal;
  private final double factor;
  private final long patience;
  private final double threshold;
  private final Threshold kind;
  private final long cooldown;
  private final double floor;
  private double current = 1;
  private double best;
  private long bad;
  private long cooling;

  /**
   * @param goal which way the metric improves
   * @param factor of each fall, in [0, 1)
   * @param patience observations without improvement that are borne
   * @param threshold what counts as an improvement
   * @param kind how the threshold is meant
   * @param cooldown observations after a fall that are not counted
   * @param floor least factor
   */
  public Plateau(
      Goal goal,
      double factor,
      long patience,
      double threshold,
      Threshold kind,
      long cooldown,
      double floor) {
    Checks.below("factor", factor, 0, 1); // as torch, which refuses 1 as no fall
    Checks.atLeast("patience", patience, 0);
    Checks.atLeast("threshold", threshold, 0);
    Checks.atLeast("cooldown", cooldown, 0);
    Checks.within("floor", floor, 0, 1);
    this.goal = goal;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.kind = kind;
    this.cooldown = cooldown;
    this.floor = floor;
    this.best = goal == Goal.MINIMUM ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /** Takes in one value of the metric; the factor may fall from now on. */
  public void observe(double metric) {
    if (isBetter(metric)) {
      best = metric;
      bad = 0;
    } else {
      bad++;
    }
    if (cooling > 0) {
      cooling--;
      bad = 0;
    }
    if (bad > patience) {
      double lower = Math.max(current * factor, floor);
      if (current - lower > LEAST_CHANGE) {
        current = lower;
      }
      cooling = cooldown;
      bad = 0;
    }
  }

  /** What it remembers, for a checkpoint. */
  public State state() {
    return new State(current, best, bad, cooling);
  }

  /** Goes on from what another of the same settings remembered. */
  public void restore(State state) {
    current = state.factor();
    best = state.best();
    bad = state.bad();
    cooling = state.cooling();
  }

  @Override
  public double factor(long step) {
    return current;
  }

  private boolean isBetter(double metric) {
    double margin =
        kind == Threshold.ABSOLUTE || Double.isInfinite(best)
            ? threshold
            : threshold * Math.abs(best);
    return goal == Goal.MINIMUM ? metric < best - margin : metric > best + margin;
  }
}
