package dev.steepest.optim;

/**
 * Warm-up, then half a cosine wave, or several, from 1 down to a floor (Loshchilov and Hutter,
 * arXiv 1608.03983, without restarts).
 *
 * @param totalSteps steps until the floor, warm-up included
 * @param warmupSteps steps of rising rate, 0 for none
 * @param floor the lowest factor, in [0, 1]
 * @param warmup how it rises
 * @param after what happens from {@code totalSteps} on
 * @param halfWaves how many half waves there are until then; 1 falls once, 2 rises again
 */
public record Cosine(
    long totalSteps, long warmupSteps, double floor, Warmup warmup, After after, double halfWaves)
    implements Schedule {

  /** The rate beyond the planned end. */
  public enum After {
    /** Stays where the wave has come to: at the floor, after one half. */
    STAY,
    /** The wave goes on, and the rate rises again: torch's CosineAnnealingLR. */
    SWING
  }

  public Cosine(long totalSteps, long warmupSteps, double floor) {
    this(totalSteps, warmupSteps, floor, Warmup.FROM_FIRST_STEP, After.STAY);
  }

  public Cosine(long totalSteps, long warmupSteps, double floor, Warmup warmup, After after) {
    this(totalSteps, warmupSteps, floor, warmup, after, 1);
  }

  public Cosine {
    Checks.atLeast("warm-up steps", warmupSteps, 0);
    Checks.atLeast("total steps", totalSteps, warmupSteps + 1);
    Checks.within("floor", floor, 0, 1);
    Checks.atLeast("half waves", halfWaves, 0);
  }

  @Override
  public double factor(long step) {
    if (step < warmupSteps) {
      return warmup.factor(step, warmupSteps);
    }
    long last = after == After.STAY ? Math.min(step, totalSteps) : step;
    double progress = (last - warmupSteps) / (double) (totalSteps - warmupSteps);
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * halfWaves * progress));
  }
}
