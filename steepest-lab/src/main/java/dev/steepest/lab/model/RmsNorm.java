package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.rms_norm;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * x / √(mean(x²) + ε) over the last dimension, times a weight where there is one (Zhang and
 * Sennrich 2019, arXiv:1910.07467). ε is float32's machine epsilon in every precision: what torch
 * takes by default for float32 values, and fine enough for bf16, where its own default would be
 * .008.
 */
final class RmsNorm {
  private static final double EPSILON = Math.ulp(1f);

  private final long[] shape;
  private final TensorOptional weight;
  private final DoubleOptional epsilon;

  private RmsNorm(Site site, long features, TensorOptional weight) {
    shape = new long[] {features};
    this.weight = weight;
    epsilon = site.keep(new DoubleOptional(EPSILON));
  }

  /** With a weight per feature, 1 at first. */
  static RmsNorm weighted(Site site, long features) {
    Tensor weight = site.parameter("weight", Role.VECTOR, site.init().constant(1, features));
    return new RmsNorm(site, features, site.optional(weight));
  }

  /** Without parameters. */
  static RmsNorm plain(Site site, long features) {
    return new RmsNorm(site, features, site.keep(new TensorOptional()));
  }

  Tensor apply(Tensor x) {
    return rms_norm(x, shape, weight, epsilon);
  }
}
