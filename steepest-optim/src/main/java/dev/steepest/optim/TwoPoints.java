package dev.steepest.optim;

/**
 * A rule or wrapper that trains at one point and is evaluated at another. It finds the parameter's
 * value and buffers, not its gradient; it is asked for parameters that have been updated at least
 * once. The optimizer keeps the training point and restores it to the bit: that there was an
 * evaluation, and how many, changes nothing in training.
 */
public interface TwoPoints {

  /** Moves the value from the training point to the evaluation point. */
  void toEvaluation(ParameterState p);

  /**
   * Undoes what {@link #toEvaluation} has done besides moving the value, which the optimizer itself
   * restores; nothing for most.
   */
  default void toTraining(ParameterState p) {}
}
