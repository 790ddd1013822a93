package dev.steepest.lab.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sums losses and hits where they are computed, so that a step on a GPU needs no round trip. A loss
 * that is not finite makes the sum so for good: it is noticed at the next reading, however late.
 */
final class TrainingMeter implements AutoCloseable {
  private final Tensor losses;
  private final Tensor hits;
  private final Scalar zero = new Scalar(0.0).retainReference();
  private final LongOptional classDimension = new LongOptional(1).retainReference();
  private long samples;

  /**
   * What was summed since the last reset.
   *
   * @param losses of all samples
   * @param hits samples whose largest logit was the label's
   * @param samples how many
   */
  record Sums(double losses, double hits, long samples) {
    /** Mean loss per sample; NaN when there was none. */
    double loss() {
      return losses / samples;
    }

    /** Share of hits, 0–1; NaN when there was no sample. */
    double accuracy() {
      return hits / samples;
    }
  }

  TrainingMeter(Device device) {
    try (PointerScope _ = new PointerScope()) {
      // MPS has no float64.
      ScalarType type = device.is_mps() ? ScalarType.Float : ScalarType.Double;
      losses = torch.zeros(new long[0]).to(device, type).retainReference();
      hits = torch.zeros(new long[0]).to(device, type).retainReference();
    }
  }

  /**
   * Adds a part of a batch.
   *
   * @param meanLoss over its samples
   * @param logits [B, C]
   * @param labels [B]
   */
  void add(Tensor meanLoss, Tensor logits, Tensor labels) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      long count = labels.size(0);
      losses.add_(meanLoss, new Scalar((double) count));
      hits.add_(logits.argmax(classDimension, false).eq(labels).sum());
      samples += count;
    }
  }

  /** Sum of losses since the last reset; waits for the device. */
  double losses() {
    return value(losses);
  }

  /** Everything since the last reset; waits for the device. */
  Sums sums() {
    return new Sums(value(losses), value(hits), samples);
  }

  private static double value(Tensor sum) {
    try (PointerScope _ = new PointerScope()) {
      return sum.to(ScalarType.Double).item_double();
    }
  }

  void reset() {
    losses.fill_(zero);
    hits.fill_(zero);
    samples = 0;
  }

  void restore(Sums saved) {
    try (PointerScope _ = new PointerScope()) {
      losses.fill_(new Scalar(saved.losses()));
      hits.fill_(new Scalar(saved.hits()));
      samples = saved.samples();
    }
  }

  @Override
  public void close() {
    losses.releaseReference();
    hits.releaseReference();
    zero.releaseReference();
    classDimension.releaseReference();
  }
}
