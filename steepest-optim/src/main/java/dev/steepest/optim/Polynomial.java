package dev.steepest.optim;

/**
 * floor + (1 − floor)·(1 − t/T)^power, then the floor.
 *
 * @param totalSteps T, steps until the floor
 * @param power 1 is a straight line
 * @param floor the last factor, in [0, 1]
 */
public record Polynomial(long totalSteps, double power, double floor) implements Schedule {

  /** Down to 0. */
  public Polynomial(long totalSteps, double power) {
    this(totalSteps, power, 0);
  }

  public Polynomial {
    Checks.atLeast("total steps", totalSteps, 1);
    Checks.atLeast("power", power, 0);
    Checks.within("floor", floor, 0, 1);
  }

  @Override
  public double factor(long step) {
    double left = 1 - Math.min(step, totalSteps) / (double) totalSteps;
    return floor + (1 - floor) * Math.pow(left, power);
  }
}
