package dev.steepest.lab.data.batch;

/**
 * How samples are grouped.
 *
 * @param size samples per batch, at least 1
 * @param last what happens to an incomplete last batch
 * @param prefetch where batches are prepared
 */
public record BatchPlan(int size, LastBatch last, Prefetch prefetch) {

  public BatchPlan {
    if (size < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, got " + size);
    }
  }

  /** Batches in one epoch over this many samples. */
  public long batches(int samples) {
    return switch (last) {
      case KEEP -> (samples + size - 1L) / size;
      case DROP -> samples / size;
    };
  }
}
