package dev.steepest.optim;

/**
 * A rule or wrapper that trains at one point and is evaluated at another. Both calls find the
 * parameter's value and buffers, not its gradient, and undo each other up to rounding; they are
 * made for parameters that have been updated at least once.
 */
public interface TwoPoints {

  /** Moves the value from the training point to the evaluation point. */
  void toEvaluation(ParameterState p);

  /** Moves it back. */
  void toTraining(ParameterState p);
}
