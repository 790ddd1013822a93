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
}
