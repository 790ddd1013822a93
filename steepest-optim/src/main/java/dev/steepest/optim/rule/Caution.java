package dev.steepest.optim.rule;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The cautious form of a step (Liang et al. 2024, arXiv 2411.16085): what the gradient speaks
 * against is dropped, the rest scaled up by how little is left.
 */
final class Caution {

  /** Share of elements that the rest is scaled up by at most (timm). */
  private static final double LEAST_KEPT = 1e-3;

  private Caution() {}

  /** {@code u} where it agrees with {@code g} in sign, over the share of such elements. */
  static Tensor of(Tensor u, Tensor g) {
    Tensor agrees = u.mul(g).gt(new Scalar(0.0)).to(u.scalar_type().intern());
    Tensor share = agrees.mean().clamp_min_(new Scalar(LEAST_KEPT));
    return agrees.mul_(u).div_(share);
  }
}
