package dev.steepest.optim;

/**
 * Warm-up, then √(τ / (τ + t − w)): the rate of "Attention is all you need" (arXiv 1706.03762,
 * section 5.3), scaled to 1 at its peak, where the timescale τ is the warm-up's length w.
 *
 * @param warmupSteps w, 0 for none
 * @param timescale τ, steps after which the rate has fallen to 1/√2, at least 1
 * @param warmup how it rises; from the first step, t counts from 1, as the paper's does
 */
public record InverseSquareRoot(long warmupSteps, long timescale, Warmup warmup)
    implements Schedule {

  /** The paper's. */
  public InverseSquareRoot(long warmupSteps) {
    this(warmupSteps, warmupSteps, Warmup.FROM_FIRST_STEP);
  }

  public InverseSquareRoot {
    Checks.atLeast("warm-up steps", warmupSteps, 0);
    Checks.atLeast("timescale", timescale, 1);
  }

  @Override
  public double factor(long step) {
    if (step < warmupSteps) {
      return warmup.factor(step, warmupSteps);
    }
    long since = step - warmupSteps + (warmup == Warmup.FROM_FIRST_STEP ? 1 : 0);
    return Math.sqrt(timescale / (double) (timescale + since));
  }
}
