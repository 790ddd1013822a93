package dev.steepest.optim;

/**
 * (1 − t/T)^power, then 0.
 *
 * @param totalSteps T, steps until 0
 * @param power 1 is a straight line
 */
public record Polynomial(long totalSteps, double power) implements Schedule {

  public Polynomial {
    Checks.atLeast("total steps", totalSteps, 1);
    Checks.atLeast("power", power, 0);
  }

  @Override
  public double factor(long step) {
    return Math.pow(1 - Math.min(step, totalSteps) / (double) totalSteps, power);
  }
}
