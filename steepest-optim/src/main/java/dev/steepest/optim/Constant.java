package dev.steepest.optim;

/**
 * The full rate after a warm-up.
 *
 * @param warmupSteps steps of rising rate, 0 for none
 * @param warmup how it rises
 */
public record Constant(long warmupSteps, Warmup warmup) implements Schedule {

  public Constant(long warmupSteps) {
    this(warmupSteps, Warmup.FROM_FIRST_STEP);
  }

  public Constant {
    Checks.atLeast("warm-up steps", warmupSteps, 0);
  }

  @Override
  public double factor(long step) {
    return warmup.factor(step, warmupSteps);
  }
}
