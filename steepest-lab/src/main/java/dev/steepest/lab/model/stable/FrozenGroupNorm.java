package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.group_norm;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** Normalises groups of channels of each image, then scales and shifts each channel. */
final class FrozenGroupNorm {
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final long groups;
  private final double epsilon;

  FrozenGroupNorm(Shelf shelf, long channels, long groups, double epsilon) {
    weight = shelf.optional("weight", channels);
    bias = shelf.optional("bias", channels);
    this.groups = groups;
    this.epsilon = epsilon;
  }

  Tensor apply(Tensor x_NCHW) {
    return group_norm(x_NCHW, groups, weight, bias, epsilon, true);
  }
}
