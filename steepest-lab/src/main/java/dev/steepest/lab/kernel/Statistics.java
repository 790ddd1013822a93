package dev.steepest.lab.kernel;

/** What a training pass does with the running statistics of normalisations. */
public enum Statistics {
  /** Moves them. */
  UPDATE,
  /** Leaves them, as a second pass over the same batch must. */
  KEEP
}
