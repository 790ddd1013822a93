package dev.steepest.lab.model;

/** What a forward pass is for. */
public enum Mode {
  /** Batch normalisation uses and updates batch statistics; dropout drops. */
  TRAIN,
  /** Batch normalisation uses its running statistics; nothing is random, nothing is updated. */
  EVAL
}
