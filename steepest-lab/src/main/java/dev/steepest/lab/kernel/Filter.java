package dev.steepest.lab.kernel;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A convolution's filter, cast to bfloat16 once for a whole pass: stride 1, no bias.
 *
 * <p>Channels-last like the images, or libtorch would convert it at every call.
 */
final class Filter implements AutoCloseable {
  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};

  private final Tensor weight;
  private final long[] padding;

  private Filter(Tensor weight, long padding) {
    this.weight = weight;
    this.padding = new long[] {padding, padding};
  }

  /**
   * @param weight [out, in, k, k]
   * @param padding pixels of zeros on every side
   */
  static Filter of(Tensor weight, long padding) {
    try (PointerScope _ = new PointerScope()) {
      Tensor cast = weight.detach().to(ScalarType.BFloat16).contiguous(MemoryFormat.ChannelsLast);
      return new Filter(cast.retainReference(), padding);
    }
  }

  /** Convolves images [n, in, h, w]. */
  Volume apply(Tensor x) {
    try (PointerScope _ = new PointerScope()) {
      return Volume.of(torch.conv2d(x, weight, new TensorOptional(), ONE, padding, ONE, 1));
    }
  }

  /**
   * Both gradients; the caller has a scope open, which gets the filter's.
   *
   * @param gradient of the output [n, out, h, w]
   * @param x the input [n, in, h, w]
   * @param wanted whether the input's gradient is
   */
  Both backward(Tensor gradient, Tensor x, Wanted wanted) {
    BoolPointer mask = new BoolPointer(3).put(0, wanted == Wanted.BOTH).put(1, true).put(2, false);
    T_TensorTensorTensor_T both =
        torch.convolution_backward(
            gradient,
            x,
            weight,
            new LongArrayRefOptional(),
            ONE,
            padding,
            ONE,
            false,
            NONE,
            1,
            mask);
    return new Both(wanted == Wanted.BOTH ? Volume.of(both.get0()) : null, both.get1());
  }

  /** Which gradients are computed. */
  enum Wanted {
    BOTH,
    FILTER
  }

  /**
   * @param input kept until closed; null when not wanted
   * @param filter in bfloat16, belongs to the caller's scope
   */
  record Both(Volume input, Tensor filter) {}

  @Override
  public void close() {
    weight.close();
  }
}
