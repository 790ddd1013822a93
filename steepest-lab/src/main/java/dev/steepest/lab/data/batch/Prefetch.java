package dev.steepest.lab.data.batch;

/** Where batches are prepared. The bits are the same either way. */
public enum Prefetch {
  /** By the consumer, when it asks. */
  OFF,
  /** By one background thread, one batch ahead of the consumer. */
  ON
}
