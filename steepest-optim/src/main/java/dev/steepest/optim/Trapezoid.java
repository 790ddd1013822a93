package dev.steepest.optim;

/**
 * Warm-up, full rate, straight decay ("warm-up, stable, decay").
 *
 * @param totalSteps steps until the end of the decay
 * @param warmupSteps steps of rising rate, 0 for none
 * @param decaySteps steps of falling rate, 0 for none; the step before them is the last at the full
 *     rate
 * @param floor what the decay runs to, in [0, 1]; reached after the last step
 * @param warmup how it rises
 */
public record Trapezoid(
    long totalSteps, long warmupSteps, long decaySteps, double floor, Warmup warmup)
    implements Schedule {

  public Trapezoid(long totalSteps, long warmupSteps, long decaySteps, double floor) {
    this(totalSteps, warmupSteps, decaySteps, floor, Warmup.FROM_FIRST_STEP);
  }

  public Trapezoid {
    Checks.atLeast("warm-up steps", warmupSteps, 0);
    Checks.atLeast("decay steps", decaySteps, 0);
    Checks.atLeast("total steps", totalSteps, Math.max(1, warmupSteps + decaySteps));
    Checks.within("floor", floor, 0, 1);
  }

  @Override
  public double factor(long step) {
    if (step < warmupSteps) {
      return warmup.factor(step, warmupSteps);
    }
    if (step < totalSteps - decaySteps) {
      return 1;
    }
    if (step >= totalSteps) {
      return floor;
    }
    return floor + (1 - floor) * (totalSteps - step) / decaySteps;
  }
}
