package dev.steepest.optim;

/**
 * A warm-up before any schedule: the rate rises to where the schedule begins, which then counts its
 * steps from there. A {@link Plateau} rises to where it is.
 *
 * @param warmupSteps steps of rising rate, 0 for none
 * @param warmup how it rises
 * @param schedule what follows
 */
public record WarmedUp(long warmupSteps, Warmup warmup, Schedule schedule) implements Schedule {

  public WarmedUp {
    Checks.atLeast("warm-up steps", warmupSteps, 0);
  }

  @Override
  public double factor(long step) {
    return step < warmupSteps
        ? warmup.factor(step, warmupSteps) * schedule.factor(0)
        : schedule.factor(step - warmupSteps);
  }
}
