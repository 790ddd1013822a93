package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.rms_norm;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * x / √(mean(x²) + ε) over the last dimension, times a weight where there is one (Zhang and
 * Sennrich 2019, arXiv:1910.07467). ε is float32's machine epsilon in every precision: what torch
 * takes by default for float32 values, and fine enough for bf16, where its own default would be
 * .008.
 */
final class RmsNorm {
  private static final double EPSILON = Math.ulp(1f);

  private static final long[] LAST = {-1};

  private final long[] shape;
  private final TensorOptional weight;
  private final DoubleOptional epsilon;
  private final Scalar two;
  private final Scalar share;
  private final Scalar guard;
  private final ScalarTypeOptional asIs;
  private final ScalarTypeOptional atLeastFloat;

  private RmsNorm(Site site, long features, TensorOptional weight) {
    shape = new long[] {features};
    this.weight = weight;
    epsilon = site.keep(new DoubleOptional(EPSILON));
    two = site.keep(new Scalar(2.0));
    share = site.keep(new Scalar(1.0 / features));
    guard = site.keep(new Scalar(EPSILON));
    asIs = site.keep(new ScalarTypeOptional());
    atLeastFloat = site.keep(new ScalarTypeOptional(ScalarType.Float));
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

  /** Normalised, in the type of x. */
  Tensor apply(Tensor x) {
    return x.is_cuda() ? rms_norm(x, shape, weight, epsilon) : byParts(x);
  }

  /**
   * On the CPU libtorch has no kernel of its own for it, and what it is put together from keeps a
   * float32 copy of a bfloat16 x for the backward pass. This keeps x: 3.1 instead of 9.4 MB, and
   * takes 5.9 instead of 7.5 ms forward and backward for 4,096×384 (measured, a Zen 4 core).
   */
  private Tensor byParts(Tensor x) {
    Tensor squares = linalg_vector_norm(x, two, LAST, true, sumType(x)).square();
    Tensor scaled = x.mul(squares.mul(share).add(guard).rsqrt());
    return (weight.has_value() ? scaled.mul(weight.get()) : scaled).to(x.scalar_type());
  }

  private ScalarTypeOptional sumType(Tensor x) {
    return x.scalar_type().intern() == ScalarType.Double ? asIs : atLeastFloat;
  }
}
