package dev.steepest.lab.data.text.batch;

import org.bytedeco.pytorch.Tensor;

/**
 * Sequences and what follows each of their tokens. Whoever received it closes it.
 *
 * @param inputs int64 [B, T], on the CPU
 * @param targets int64 [B, T]; {@link #IGNORED} where nothing is to be predicted
 * @param predictions number of targets that count
 */
public record TokenBatch(Tensor inputs, Tensor targets, long predictions) implements AutoCloseable {

  /** The target that losses leave out. */
  public static final long IGNORED = -1;

  @Override
  public void close() {
    inputs.close();
    targets.close();
  }
}
