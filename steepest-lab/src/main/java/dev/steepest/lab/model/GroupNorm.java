package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.group_norm;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Group normalisation of [N, C, …] (Wu and He 2018, arXiv:1803.08494): each sample's channels in
 * groups, each group to mean 0 and variance 1 over its channels and pixels; then weight and bias of
 * each channel.
 */
public final class GroupNorm {
  /** PyTorch's default. */
  public static final double EPSILON = 1e-5;

  private final long groups;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final double epsilon;

  /** With PyTorch's ε, 1e-5. */
  public GroupNorm(Site site, long groups, long channels) {
    this(site, groups, channels, EPSILON);
  }

  /**
   * A norm.
   *
   * @param groups a divisor of channels
   */
  public GroupNorm(Site site, long groups, long channels, double epsilon) {
    Check.that(
        channels % groups == 0,
        "%d channels cannot be normalised in %d equal groups.".formatted(channels, groups));
    this.groups = groups;
    this.epsilon = epsilon;
    Initializer init = site.init();
    weight = site.optional(site.parameter("weight", Role.VECTOR, init.constant(1, channels)));
    bias = site.optional(site.parameter("bias", Role.VECTOR, init.constant(0, channels)));
  }

  public Tensor apply(Tensor x) {
    return group_norm(x, groups, weight, bias, epsilon, true);
  }
}
