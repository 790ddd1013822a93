package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.linear;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** y = x·Wᵀ + b over the last dimension: […, in] → […, out]; W is [out, in]. */
final class FrozenLinear {
  private final Tensor weight;
  private final TensorOptional bias;

  FrozenLinear(Shelf shelf, long in, long out) {
    weight = shelf.take("weight", out, in);
    bias = shelf.optional("bias", out);
  }

  Tensor apply(Tensor x) {
    return linear(x, weight, bias);
  }
}
