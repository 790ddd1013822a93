package dev.steepest.optim;

/** How the learning rate of every group moves during a run. */
@FunctionalInterface
public interface Schedule {

  /**
   * The multiplier of each group's own learning rate.
   *
   * @param step the optimizer step about to be made, from 0
   */
  double factor(long step);

  /**
   * This schedule, multiplied.
   *
   * @param multiple at least 0
   */
  default Schedule times(double multiple) {
    return new Multiple(this, multiple);
  }

  /** This schedule after a warm-up of {@code steps} steps to where it begins. */
  default Schedule after(long steps, Warmup warmup) {
    return new WarmedUp(steps, warmup, this);
  }
}
