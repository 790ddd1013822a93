package dev.steepest.lab.model;

/** What a forward pass is for. */
public enum Mode {
  /** Batch normalisation uses and updates batch statistics; dropout drops. */
  TRAIN,
  /**
   * As {@link #TRAIN}, but batch normalisation updates nothing: a further pass over a batch of the
   * same step.
   */
  REPEAT,
  /** Batch normalisation uses its running statistics; nothing is random, nothing is updated. */
  EVAL
}
