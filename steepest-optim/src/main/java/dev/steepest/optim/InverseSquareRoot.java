package dev.steepest.optim;

/**
 * Warm-up, then √(w / t): the rate of "Attention is all you need" (arXiv 1706.03762, section 5.3),
 * scaled to 1 at its peak.
 *
 * @param warmupSteps w, at least 1
 */
public record InverseSquareRoot(long warmupSteps) implements Schedule {

  public InverseSquareRoot {
    Checks.atLeast("warm-up steps", warmupSteps, 1);
  }

  @Override
  public double factor(long step) {
    double t = step + 1;
    return Math.min(t / warmupSteps, Math.sqrt(warmupSteps / t));
  }
}
