package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.conv2d;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** 2-D convolution with a square kernel and bias: [N, in, H, W] → [N, out, H', W']. */
final class FrozenConvolution {
  private static final long[] NO_DILATION = {1, 1};

  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;
  private final long[] padding;

  private FrozenConvolution(
      Shelf shelf, long in, long out, long kernel, long stride, long padding) {
    weight = shelf.take("weight", out, in, kernel, kernel);
    bias = shelf.optional("bias", out);
    this.stride = new long[] {stride, stride};
    this.padding = new long[] {padding, padding};
  }

  /** 3×3, keeping the image size. */
  static FrozenConvolution same(Shelf shelf, long in, long out) {
    return new FrozenConvolution(shelf, in, out, 3, 1, 1);
  }

  /** 1×1. */
  static FrozenConvolution pointwise(Shelf shelf, long in, long out) {
    return new FrozenConvolution(shelf, in, out, 1, 1, 0);
  }

  /**
   * 3×3 with stride 2.
   *
   * @param padding zeros around the image
   */
  static FrozenConvolution halving(Shelf shelf, long channels, long padding) {
    return new FrozenConvolution(shelf, channels, channels, 3, 2, padding);
  }

  Tensor apply(Tensor x_NCHW) {
    return conv2d(x_NCHW, weight, bias, stride, padding, NO_DILATION, 1);
  }
}
