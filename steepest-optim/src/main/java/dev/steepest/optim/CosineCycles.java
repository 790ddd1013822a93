package dev.steepest.optim;

/**
 * A given number of half cosine waves of one length, each starting again at 1, then the floor: the
 * hard restarts of transformers. Where the waves' length is no whole number of steps, they do not
 * start at a step; {@link CosineRestarts} counts in whole steps and has no end.
 *
 * @param totalSteps steps of all waves together
 * @param cycles how many waves; 0 never falls until {@code totalSteps}
 * @param floor the factor that each wave falls to, in [0, 1]
 */
public record CosineCycles(long totalSteps, double cycles, double floor) implements Schedule {

  public CosineCycles {
    Checks.atLeast("total steps", totalSteps, 1);
    Checks.atLeast("cycles", cycles, 0);
    Checks.within("floor", floor, 0, 1);
  }

  @Override
  public double factor(long step) {
    if (step >= totalSteps) {
      return floor;
    }
    double within = cycles * (step / (double) totalSteps) % 1;
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * within));
  }
}
