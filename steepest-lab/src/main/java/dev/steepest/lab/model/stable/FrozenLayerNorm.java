package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.layer_norm;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** Layer normalisation over the last dimension, with weight and bias. */
final class FrozenLayerNorm {
  private final long[] shape;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final double epsilon;

  FrozenLayerNorm(Shelf shelf, long features, double epsilon) {
    shape = new long[] {features};
    weight = shelf.optional("weight", features);
    bias = shelf.optional("bias", features);
    this.epsilon = epsilon;
  }

  Tensor apply(Tensor x) {
    return layer_norm(x, shape, weight, bias, epsilon, true);
  }
}
