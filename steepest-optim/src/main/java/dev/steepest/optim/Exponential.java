package dev.steepest.optim;

/**
 * γ^t.
 *
 * @param gamma factor from one step to the next, in [0, 1]
 */
public record Exponential(double gamma) implements Schedule {

  public Exponential {
    Checks.within("gamma", gamma, 0, 1);
  }

  @Override
  public double factor(long step) {
    return Math.pow(gamma, step);
  }
}
