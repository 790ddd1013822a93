package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.linear;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** y = x·Wᵀ + b over the last dimension: […, in] → […, out]; W is [out, in]. */
public final class Linear {
  private final Tensor weight;
  private final TensorOptional bias;

  private Linear(Tensor weight, TensorOptional bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** With PyTorch's default initial values: weight and bias U(±1/√in). */
  public static Linear standard(Site site, Role role, long in, long out) {
    Tensor weight = site.parameter("weight", role, site.init().uniform(in, out, in));
    Tensor bias = site.parameter("bias", Role.VECTOR, site.init().uniform(in, out));
    return new Linear(weight, site.optional(bias));
  }

  /** With the initial bias 0, as the output projection of torch.nn.MultiheadAttention has it. */
  public static Linear zeroBias(Site site, Role role, long in, long out) {
    Tensor weight = site.parameter("weight", role, site.init().uniform(in, out, in));
    Tensor bias = site.parameter("bias", Role.VECTOR, site.init().constant(0, out));
    return new Linear(weight, site.optional(bias));
  }

  /** Without bias; the weight begins as {@code initial}, [out, in]. */
  public static Linear withoutBias(Site site, Role role, Tensor initial) {
    return new Linear(site.parameter("weight", role, initial), site.keep(new TensorOptional()));
  }

  /** {@link #withoutBias} of several stacked matrices, {@code initial} is [blocks·out, in]. */
  public static Linear fused(Site site, Role role, int blocks, Tensor initial) {
    return new Linear(
        site.blocks("weight", role, blocks, initial), site.keep(new TensorOptional()));
  }

  /** Of given tensors, which belong to the caller's state: weight [out, in], bias [out] or none. */
  public static Linear of(Tensor weight, TensorOptional bias) {
    return new Linear(weight, bias);
  }

  public Tensor apply(Tensor x) {
    return linear(x, weight, bias);
  }
}
