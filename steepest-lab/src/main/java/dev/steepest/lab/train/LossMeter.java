package dev.steepest.lab.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sums losses where they are computed, so that a step on a GPU needs no round trip. A loss that is
 * not finite makes the sum so for good: it is noticed at the next reading, however late.
 */
final class LossMeter implements AutoCloseable {
  private final Tensor sum;
  private final Scalar zero = new Scalar(0.0).retainReference();
  private long samples;

  LossMeter(Device device) {
    try (PointerScope _ = new PointerScope()) {
      // MPS has no float64.
      ScalarType type = device.is_mps() ? ScalarType.Float : ScalarType.Double;
      sum = torch.zeros(new long[0]).to(device, type).retainReference();
    }
  }

  /** Adds the mean loss of {@code count} samples. */
  void add(Tensor meanLoss, long count) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      sum.add_(meanLoss, new Scalar((double) count));
      samples += count;
    }
  }

  /** Sum of losses since the last reset; waits for the device. */
  double sum() {
    try (PointerScope _ = new PointerScope()) {
      return sum.to(ScalarType.Double).item_double();
    }
  }

  long samples() {
    return samples;
  }

  /** Mean loss per sample since the last reset; NaN when there was none. */
  double mean() {
    return sum() / samples;
  }

  void reset() {
    sum.fill_(zero);
    samples = 0;
  }

  void restore(double savedSum, long savedSamples) {
    try (PointerScope _ = new PointerScope()) {
      sum.fill_(new Scalar(savedSum));
      samples = savedSamples;
    }
  }

  @Override
  public void close() {
    sum.releaseReference();
    zero.releaseReference();
  }
}
