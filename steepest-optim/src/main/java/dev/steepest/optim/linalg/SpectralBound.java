package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.where;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** A cheap lower bound of the largest singular value. */
public final class SpectralBound {

  private SpectralBound() {}

  /**
   * ‖A·Aᵀx/‖Aᵀx‖‖ for the longest column x of a symmetric A: one power iteration from the direction
   * that promises most. Zero for zero; without waiting for the device.
   *
   * @param a (n, n)
   */
  public static Tensor of(Tensor a) {
    Tensor largest = a.abs().amax();
    // Scaled, so that squares neither overflow nor vanish.
    Tensor scaled = a.div(largest);
    Tensor longest = scaled.square().sum(0).argmax(new LongOptional(0), true);
    Tensor x = scaled.index_select(1, longest).t().mm(scaled);
    Tensor norm = scaled.mm(x.div(x.norm()).t()).norm().mul(largest);
    return where(largest.gt(new Scalar(0.0)), norm, largest);
  }
}
