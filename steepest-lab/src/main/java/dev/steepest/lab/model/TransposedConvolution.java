package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.conv_transpose2d;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A convolution the other way round with stride = kernel k, with bias: every pixel becomes a square
 * of k×k. [N, in, H, W] → [N, out, k·H, k·W]; the weight is [in, out, k, k].
 */
public final class TransposedConvolution {
  private static final long[] NONE = {0, 0};
  private static final long[] NO_DILATION = {1, 1};

  private final Tensor weight;
  private final TensorOptional bias;
  private final long[] stride;

  /** With PyTorch's default initial values, whose fan-in is out·k² here. */
  public TransposedConvolution(Site site, long in, long out, long kernel) {
    long fanIn = out * kernel * kernel;
    Initializer init = site.init();
    weight = site.parameter("weight", Role.CONV, init.uniform(fanIn, in, out, kernel, kernel));
    bias = site.optional(site.parameter("bias", Role.VECTOR, init.uniform(fanIn, out)));
    stride = new long[] {kernel, kernel};
  }

  public Tensor apply(Tensor x) {
    return conv_transpose2d(x, weight, bias, stride, NONE, NONE, 1, NO_DILATION);
  }
}
