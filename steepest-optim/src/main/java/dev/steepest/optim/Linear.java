package dev.steepest.optim;

/**
 * A straight line from one factor to another, which then stays.
 *
 * @param from factor at step 0
 * @param to factor from step {@code steps} on
 * @param steps length of the line
 */
public record Linear(double from, double to, long steps) implements Schedule {

  public Linear {
    Checks.atLeast("first factor", from, 0);
    Checks.atLeast("last factor", to, 0);
    Checks.atLeast("steps", steps, 1);
  }

  @Override
  public double factor(long step) {
    return from + (to - from) * Math.min(step, steps) / steps;
  }
}
