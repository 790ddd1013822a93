package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.baddbmm_out;
import static org.bytedeco.pytorch.global.torch.bmm_out;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Products PRᵀ that are symmetric: XXᵀ, or two polynomials of one symmetric matrix. Of 2×2 blocks
 * three are computed; the fourth is the transpose of its opposite.
 *
 * <p>Shapes: (matrices, m, n); outputs are contiguous (matrices, m, m).
 */
final class SymmetricProduct {

  /** From this m on, three blocks and a copy are faster than four (measured, 2 cores). */
  private static final long SIDE = Long.getLong("sym", 512);

  private SymmetricProduct() {}

  /** out = PRᵀ. */
  static void of(Tensor out, Tensor p, Tensor r) {
    if (whole(p)) {
      bmm_out(out, p, r.transpose(1, 2));
    } else {
      blocks(out, null, 0, p, r, 1);
    }
  }

  /** out = βC + αPR for symmetric C, P and R of (matrices, m, m) that commute. */
  static void plus(Tensor out, Tensor c, double beta, Tensor p, Tensor r, double alpha) {
    if (whole(p)) {
      baddbmm_out(out, c, p, r, new Scalar(beta), new Scalar(alpha));
    } else {
      blocks(out, c, beta, p, r, alpha);
    }
  }

  private static boolean whole(Tensor p) {
    return p.size(1) < SIDE || p.size(1) % 2 != 0;
  }

  private static void blocks(
      Tensor out, Tensor c, double beta, Tensor p, Tensor r, double alpha) {
    long h = p.size(1) / 2;
    if (p.size(0) == 1) {
      // The two blocks of the diagonal are one stack: each thread takes one.
      block(
          diagonal(out, h),
          c == null ? null : diagonal(c, h),
          beta,
          p.view(2, h, p.size(2)),
          r.view(2, h, r.size(2)),
          alpha);
    } else {
      for (long i = 0; i <= h; i += h) {
        block(
            at(out, i, i, h),
            c == null ? null : at(c, i, i, h),
            beta,
            p.narrow(1, i, h),
            r.narrow(1, i, h),
            alpha);
      }
    }
    Tensor lower = at(out, h, 0, h);
    Tensor added = c == null ? null : at(c, h, 0, h);
    block(lower, added, beta, p.narrow(1, h, h), r.narrow(1, 0, h), alpha);
    at(out, 0, h, h).copy_(lower.transpose(1, 2));
  }

  private static void block(
      Tensor out, Tensor c, double beta, Tensor p, Tensor r, double alpha) {
    if (c == null) {
      bmm_out(out, p, r.transpose(1, 2));
    } else {
      baddbmm_out(out, c, p, r.transpose(1, 2), new Scalar(beta), new Scalar(alpha));
    }
  }

  private static Tensor at(Tensor a, long i, long j, long h) {
    return a.narrow(1, i, h).narrow(2, j, h);
  }

  private static Tensor diagonal(Tensor a, long h) {
    return a.as_strided(new long[] {2, h, h}, new long[] {(a.size(1) + 1) * h, a.size(1), 1});
  }
}
