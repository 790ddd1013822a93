package dev.steepest.lab.data.batch;

/** What happens to the samples that do not fill a batch. */
public enum LastBatch {
  /** They form a smaller batch of their own. */
  KEEP,
  /** They are left out of this epoch. */
  DROP
}
