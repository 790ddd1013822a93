package dev.steepest.lab.kernel;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's 2-D convolution with stride 1 and without bias, each of its three passes as one call.
 * Results belong to the caller's scope.
 *
 * @param padding zeros on each side of the map, at least 0
 */
public record DirectConvolution(int padding) {
  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};

  /** Which gradient a call computes. */
  private enum Wanted {
    INPUT,
    WEIGHT
  }

  /**
   * The output (N, O, H', W').
   *
   * @param x (N, C, H, W)
   * @param w (O, C, kernel, kernel)
   */
  public Tensor forward(Tensor x, Tensor w) {
    return torch.conv2d(x, w, new TensorOptional(), ONE, border(), ONE, 1);
  }

  /**
   * The gradient of the input (N, C, H, W).
   *
   * @param g gradient of the output
   * @param x the input, for its shape
   * @param w the weight
   */
  public Tensor inputGradient(Tensor g, Tensor x, Tensor w) {
    return backward(g, x, w, Wanted.INPUT);
  }

  /**
   * The gradient of the weight (O, C, kernel, kernel).
   *
   * @param g gradient of the output
   * @param x the input
   * @param w the weight, for its shape
   */
  public Tensor weightGradient(Tensor g, Tensor x, Tensor w) {
    return backward(g, x, w, Wanted.WEIGHT);
  }

  private Tensor backward(Tensor g, Tensor x, Tensor w, Wanted wanted) {
    try (BoolPointer mask = new BoolPointer(3)) {
      mask.put(0, wanted == Wanted.INPUT).put(1, wanted == Wanted.WEIGHT).put(2, false);
      var all =
          torch.convolution_backward(
              g, x, w, new LongArrayRefOptional(), ONE, border(), ONE, false, NONE, 1, mask);
      return switch (wanted) {
        case INPUT -> all.get0();
        case WEIGHT -> all.get1();
      };
    }
  }

  private long[] border() {
    return new long[] {padding, padding};
  }
}
