package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.reflection_pad2d;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** The layer of a {@link Pooling}: [N, C, H, W] → [N, C, ⌊H/2⌋, ⌊W/2⌋]. */
final class Halving {
  private static final long[] ONE = {1, 1};
  private static final long[] TWO = {2, 2};
  private static final long[] NO_PADDING = {0, 0};

  private final long channels;
  private final int blur;
  private final Tensor filter;
  private final TensorOptional noBias;

  Halving(Site site, Pooling pooling, long channels) {
    this.channels = channels;
    blur = pooling.blur();
    filter = blur == 0 ? null : site.constant(binomial(blur, channels));
    noBias = site.keep(new TensorOptional());
  }

  Tensor apply(Tensor x) {
    if (filter == null) {
      return max_pool2d(x, TWO);
    }
    Tensor largest = max_pool2d(x, TWO, ONE, NO_PADDING, ONE, false);
    long border = blur / 2;
    Tensor padded = reflection_pad2d(largest, border, border, border, border);
    return conv2d(padded, filter, noBias, TWO, NO_PADDING, ONE, channels);
  }

  /** Row k−1 of Pascal's triangle with itself, summing to 1: [channels, 1, k, k]. Exact in bf16. */
  private static Tensor binomial(int size, long channels) {
    double[] row = new double[size];
    row[0] = 1;
    for (int n = 1; n < size; n++) {
      for (int i = n; i > 0; i--) {
        row[i] += row[i - 1];
      }
    }
    double sum = 1 << (size - 1);
    float[] square = new float[size * size];
    for (int i = 0; i < square.length; i++) {
      square[i] = (float) (row[i / size] / sum * (row[i % size] / sum));
    }
    return Tensor.create(square, 1, 1, size, size).repeat(channels, 1, 1, 1);
  }
}
