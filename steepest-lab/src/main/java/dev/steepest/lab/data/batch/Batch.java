package dev.steepest.lab.data.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * One batch, ready for the network. Whoever received it closes it.
 *
 * @param images float32 [B, C, H, W], normalised
 * @param labels int64 [B]
 * @param sampleIds B positions in the data set
 * @param index of the batch within its epoch, from 0
 */
public record Batch(Tensor images, Tensor labels, long[] sampleIds, long index)
    implements AutoCloseable {

  /** Number of samples B. */
  public int size() {
    return sampleIds.length;
  }

  @Override
  public void close() {
    images.close();
    labels.close();
  }
}
