package dev.steepest.optim;

/**
 * Falls when a metric has stopped improving, as torch's ReduceLROnPlateau. The only schedule that
 * has a memory: tell it the metric with {@link #observe} and it answers with the factor in force,
 * whatever the step. A checkpoint keeps its {@link #state}.
 */
public final class Plateau implements Schedule {

  /** Which way the metric improves. */
  public enum Goal {
    MINIMUM,
    MAXIMUM
  }

  /** What the threshold is a part of. */
  public enum Threshold {
    /** Of the best value's magnitude so far: metrics may be negative. */
    RELATIVE,
    /**
     * Of the best value so far, with its sign: torch's "rel", meant for positive metrics. Below 0 a
     * value counts as better even where it is worse, by less than the threshold.
     */
    SIGNED_RELATIVE,
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

  private static final double LEAST_CHANGE = 1e-8; // torch's eps, at a rate of 1

  private final Goal goal;
  private final double factor;
  private final long patience;
  private final double threshold;
  private final Threshold kind;
  private final long cooldown;
  private final double floor;
  private final double leastChange;
  private double current = 1;
  private double best;
  private long bad;
  private long cooling;

  /** With falls of less than 10⁻⁸ skipped. */
  public Plateau(
      Goal goal,
      double factor,
      long patience,
      double threshold,
      Threshold kind,
      long cooldown,
      double floor) {
    this(goal, factor, patience, threshold, kind, cooldown, floor, LEAST_CHANGE);
  }

  /**
   * @param goal which way the metric improves
   * @param factor of each fall, in [0, 1)
   * @param patience observations without improvement that are borne
   * @param threshold what counts as an improvement
   * @param kind how the threshold is meant
   * @param cooldown observations after a fall that are not counted
   * @param floor least factor
   * @param leastChange falls that lower the factor by no more are skipped; torch's {@code eps} over
   *     the learning rate
   */
  public Plateau(
      Goal goal,
      double factor,
      long patience,
      double threshold,
      Threshold kind,
      long cooldown,
      double floor,
      double leastChange) {
    Checks.below("factor", factor, 0, 1); // as torch, which refuses 1 as no fall
    Checks.atLeast("patience", patience, 0);
    Checks.atLeast("threshold", threshold, 0);
    Checks.atLeast("cooldown", cooldown, 0);
    Checks.within("floor", floor, 0, 1);
    Checks.atLeast("least change", leastChange, 0);
    this.goal = goal;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.kind = kind;
    this.cooldown = cooldown;
    this.floor = floor;
    this.leastChange = leastChange;
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
      if (current - lower > leastChange) {
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
        switch (kind) {
          case ABSOLUTE -> threshold;
          case RELATIVE -> Double.isInfinite(best) ? threshold : threshold * Math.abs(best);
          case SIGNED_RELATIVE -> Double.isInfinite(best) ? threshold : threshold * best;
        };
    return goal == Goal.MINIMUM ? metric < best - margin : metric > best + margin;
  }
}
