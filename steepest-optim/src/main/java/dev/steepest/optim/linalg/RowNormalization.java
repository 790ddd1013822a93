package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** Gives the rows of an orthogonalised matrix, its neurons, about equal lengths over time. */
public final class RowNormalization {

  private static final double EPS = 1e-8; // as microsoft/dion, whatever its epsilon

  private RowNormalization() {}

  /**
   * Divides each row by the root of its running mean square, then scales each matrix back to its
   * norm.
   *
   * @param u (matrices, rows, columns)
   * @param v the running mean squares (matrices, rows, 1), which this step's are added to
   * @param beta2 how much of {@code v} is kept
   */
  public static Tensor apply(Tensor u, Tensor v, double beta2) {
    // v ← β₂v + (1 − β₂)·rowmean(U²)
    v.lerp_(u.square().mean(new long[] {2}, true, new ScalarTypeOptional()), new Scalar(1 - beta2));
    // Y = U/√v
    Tensor y = u.div(v.sqrt().add_(new Scalar(EPS)));
    // Y·‖U‖_F/‖Y‖_F
    return y.mul_(norm(u).div_(norm(y).clamp_min_(new Scalar(EPS))));
  }

  private static Tensor norm(Tensor stack) {
    return linalg_vector_norm(
        stack, new Scalar(2.0), new long[] {1, 2}, true, new ScalarTypeOptional());
  }
}
