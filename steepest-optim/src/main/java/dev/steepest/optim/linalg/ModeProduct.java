package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_solve_triangular;

import dev.steepest.tensor.Lapack;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Products of a tensor with one matrix per dimension: what a Kronecker product of matrices does to
 * the tensor laid out as a vector.
 *
 * <p>X_(d) is X unfolded along dimension d: a row for each index of d, all other dimensions in the
 * columns. For a matrix X_(0) = X and X_(1) = Xᵀ.
 */
public final class ModeProduct {

  private ModeProduct() {}

  /** Y with Y_(d) = M·X_(d). */
  public static Tensor times(Tensor x, int d, Tensor m) {
    if (x.dim() == 2) {
      return d == 0 ? m.mm(x) : x.mm(m.t());
    }
    long[] shape = x.sizes().vec().get();
    long before = 1;
    for (int i = 0; i < d; i++) {
      before *= shape[i];
    }
    long after = x.numel() / (before * shape[d]);
    Tensor y;
    if (before == 1) {
      y = m.mm(x.reshape(shape[d], after));
    } else if (after == 1) {
      y = x.reshape(before, shape[d]).mm(m.t());
    } else {
      y = m.matmul(x.reshape(before, shape[d], after));
    }
    return y.reshape(shape);
  }

  /** Y with Y_(d) = diag(q)·X_(d). */
  public static Tensor scale(Tensor x, int d, Tensor q) {
    return x.mul(along(x, d, q));
  }

  /** Y with Y_(d) = diag(q)⁻¹·X_(d). */
  public static Tensor unscale(Tensor x, int d, Tensor q) {
    return x.div(along(x, d, q));
  }

  /** Y with Y_(d) = Q⁻ᵀ·X_(d) for an upper triangular Q. */
  public static Tensor solve(Tensor x, int d, Tensor q) {
    Tensor y = Lapack.call(() -> linalg_solve_triangular(q.t(), unfold(x, d), false, true, false));
    return y.reshape(x.movedim(d, 0).sizes().vec().get()).movedim(0, d);
  }

  /** X_(d)·X_(d)ᵀ: (n, n) for a dimension of size n. */
  public static Tensor gram(Tensor x, int d) {
    Tensor u = unfold(x, d);
    return u.mm(u.t());
  }

  /** The diagonal of {@link #gram}: (n). */
  public static Tensor gramDiagonal(Tensor x, int d) {
    return unfold(x, d).square().sum(1);
  }

  /** X_(d): (n, elements/n). */
  public static Tensor unfold(Tensor x, int d) {
    if (x.dim() == 2) {
      return d == 0 ? x : x.t();
    }
    return x.movedim(d, 0).reshape(x.size(d), x.numel() / x.size(d));
  }

  private static Tensor along(Tensor x, int d, Tensor q) {
    long[] shape = new long[(int) x.dim()];
    Arrays.fill(shape, 1);
    shape[d] = x.size(d);
    return q.view(shape);
  }
}
