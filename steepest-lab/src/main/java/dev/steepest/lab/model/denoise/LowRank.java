package dev.steepest.lab.model.denoise;

import static org.bytedeco.pytorch.global.torch.linear;

import dev.steepest.lab.model.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The low-rank addition s·(x·Aᵀ)·Bᵀ to a linear layer (Hu et al. 2021, "LoRA", arXiv:2106.09685).
 * It is computed in its own type: beside weights in half precision it may learn in float32.
 *
 * @param down A, [rank, in]
 * @param up B, [out, rank]; 0 at first in the paper
 * @param scale s; α/rank in the paper
 */
public record LowRank(Tensor down, Tensor up, double scale) {
  public LowRank {
    Check.that(
        down.size(0) == up.size(1),
        "The parts of a low-rank addition have the ranks %d and %d; they must be the same."
            .formatted(down.size(0), up.size(1)));
  }

  /** […, in] → […, out], without what it is added to. */
  Tensor apply(Tensor x) {
    Tensor y = linear(linear(x.to(down.scalar_type()), down), up).to(x.scalar_type());
    return scale == 1 ? y : y.mul(new Scalar(scale));
  }
}
