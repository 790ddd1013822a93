package dev.steepest.optim;

/**
 * A schedule times a number.
 *
 * @param schedule what is multiplied
 * @param multiple at least 0
 */
public record Multiple(Schedule schedule, double multiple) implements Schedule {

  public Multiple {
    Checks.atLeast("multiple", multiple, 0);
  }

  @Override
  public double factor(long step) {
    return multiple * schedule.factor(step);
  }
}
