package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.layer_norm;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Layer normalisation over the last dimension, with weight and bias; ε 1e-5 (PyTorch's default).
 */
public final class LayerNorm {
  private static final double EPSILON = 1e-5;

  private final long[] shape;
  private final TensorOptional weight;
  private final TensorOptional bias;

  public LayerNorm(Site site, long features) {
    shape = new long[] {features};
    weight =
        site.optional(site.parameter("weight", Role.VECTOR, site.init().constant(1, features)));
    bias = site.optional(site.parameter("bias", Role.VECTOR, site.init().constant(0, features)));
  }

  public Tensor apply(Tensor x) {
    return layer_norm(x, shape, weight, bias, EPSILON, true);
  }
}
