package dev.steepest.lab.kernel;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A convolution's filter, cast to bfloat16 once for a whole pass: stride 1, no bias.
 *
 * <p>Channels-last like the images, or libtorch would convert it at every call.
 */
final class Filter implements AutoCloseable {
  private final Tensor weight;
  private final DirectConvolution convolution;

  private Filter(Tensor weight, int padding) {
    this.weight = weight;
    convolution = new DirectConvolution(padding);
  }

  /**
   * @param weight [out, in, k, k]
   * @param padding pixels of zeros on every side
   */
  static Filter of(Tensor weight, int padding) {
    try (PointerScope _ = new PointerScope()) {
      Tensor cast = weight.detach().to(ScalarType.BFloat16).contiguous(MemoryFormat.ChannelsLast);
      return new Filter(cast.retainReference(), padding);
    }
  }

  /** Convolves images [n, in, h, w]. */
  Volume apply(Tensor x) {
    try (PointerScope _ = new PointerScope()) {
      return Volume.of(convolution.forward(x, weight));
    }
  }

  /**
   * Both gradients of a 3×3 filter; the caller has a scope open, which gets the filter's.
   *
   * @param gradient of the output [n, out, h, w]
   * @param x the input [n, in, h, w]
   * @param wanted whether the input's gradient is
   */
  Both backward(Tensor gradient, Tensor x, Wanted wanted) {
    Volume input =
        wanted == Wanted.BOTH ? Volume.of(convolution.inputGradient(gradient, x, weight)) : null;
    return new Both(input, WeightGradient.of(x, gradient));
  }

  /** Which gradients are computed. */
  enum Wanted {
    BOTH,
    FILTER
  }

  /**
   * @param input kept until closed; null when not wanted
   * @param filter float32, belongs to the caller's scope
   */
  record Both(Volume input, Tensor filter) {}

  @Override
  public void close() {
    weight.close();
  }
}
