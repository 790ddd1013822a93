package dev.steepest.lab.train;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * Samples for one step, on the CPU or on the training device. Whoever takes it from a {@link
 * BatchStream} closes it.
 *
 * @param inputs float32 [B, …], ready for the network, or tokens, int64 [B, T]
 * @param labels int64 [B], or [B, T] for tokens
 * @param blend what other samples each one is blended with, if any
 */
public record MiniBatch(Tensor inputs, Tensor labels, Optional<Blend> blend)
    implements AutoCloseable {

  /**
   * The other half of blended samples.
   *
   * @param labels int64 [B]
   * @param share of the samples' own labels, 0 to 1
   */
  public record Blend(Tensor labels, double share) {}

  /** Samples as they are. */
  public MiniBatch(Tensor inputs, Tensor labels) {
    this(inputs, labels, Optional.empty());
  }

  MiniBatch(Tensor inputs, Tensor labels, Blend blend) {
    this(inputs, labels, Optional.of(blend));
  }

  /** Number of samples B. */
  public long size() {
    return labels.size(0);
  }

  /** {@code count} samples from {@code first} on, as views in the caller's scope. */
  MiniBatch part(long first, long count) {
    if (count == size()) {
      return this;
    }
    return new MiniBatch(
        inputs.narrow(0, first, count),
        labels.narrow(0, first, count),
        blend.map(b -> new Blend(b.labels().narrow(0, first, count), b.share())));
  }

  /** One of several parts of nearly equal size, as views in the caller's scope. */
  MiniBatch share(long index, long parts) {
    long from = index * size() / parts;
    return part(from, (index + 1) * size() / parts - from);
  }

  @Override
  public void close() {
    inputs.close();
    labels.close();
    blend.ifPresent(b -> b.labels().close());
  }
}
