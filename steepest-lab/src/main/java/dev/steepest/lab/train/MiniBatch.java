package dev.steepest.lab.train;

import org.bytedeco.pytorch.Tensor;

/**
 * Samples for one step, on the CPU or on the training device. Whoever takes it from a {@link
 * BatchStream} closes it.
 *
 * @param inputs float32 [B, …], ready for the network
 * @param labels int64 [B]
 */
public record MiniBatch(Tensor inputs, Tensor labels) implements AutoCloseable {
  /** Number of samples B. */
  public long size() {
    return labels.size(0);
  }

  @Override
  public void close() {
    inputs.close();
    labels.close();
  }
}
