package dev.steepest.optim;

/** Whether an optimizer that goes on from a file must be the one that wrote it. */
public enum Continuation {
  /** Every hyper-parameter as it was: the same numbers as without the interruption. */
  SAME_SETTINGS,
  /** Hyper-parameters may differ: the same rules go on, say, with a smaller learning rate. */
  OTHER_SETTINGS
}
