package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.baddbmm_out;
import static org.bytedeco.pytorch.global.torch.bmm_out;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Products PRᵀ that are symmetric: XXᵀ, or two polynomials of one symmetric matrix. Of 2×2 blocks
 * three are computed; the fourth is the transpose of its opposite.
 *
 * <p>Shapes: (matrices, m, n); outputs are contiguous (matrices, m, m).
 */
final class SymmetricProduct {

  /**
   * From this m on, three blocks and a copy are faster than the whole: by 5 % at 768, by 14 % at
   * 1536; slower at 512 and below (measured, AVX-512 with bfloat16).
   */
  private static final long SIDE = 768;

  private SymmetricProduct() {}

  /** out = PRᵀ. */
  static void of(Tensor out, Tensor p, Tensor r) {
    if (whole(p)) {
      bmm_out(out, p, r.transpose(1, 2));
    } else {
      blocks(out, null, 0, p, r.transpose(1, 2), 1);
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

  /**
   * Both blocks of the diagonal are one stack, so that each thread takes one.
   *
   * @param rT the second factor, transposed: (matrices, n, m)
   */
  private static void blocks(Tensor out, Tensor c, double beta, Tensor p, Tensor rT, double alpha) {
    long h = p.size(1) / 2;
    for (int k = 0; k < p.size(0); k++) {
      Tensor pK = p.select(0, k);
      Tensor rK = rT.select(0, k);
      Tensor outK = out.select(0, k);
      Tensor cK = c == null ? null : c.select(0, k);
      block(
          diagonal(outK, h),
          cK == null ? null : diagonal(cK, h),
          beta,
          rows(pK, h),
          columns(rK, h),
          alpha);
      Tensor lower = outK.narrow(0, h, h).narrow(1, 0, h).unsqueeze(0);
      Tensor added = cK == null ? null : cK.narrow(0, h, h).narrow(1, 0, h).unsqueeze(0);
      block(
          lower,
          added,
          beta,
          pK.narrow(0, h, h).unsqueeze(0),
          rK.narrow(1, 0, h).unsqueeze(0),
          alpha);
      outK.narrow(0, 0, h).narrow(1, h, h).copy_(lower.squeeze(0).t());
    }
  }

  private static void block(Tensor out, Tensor c, double beta, Tensor p, Tensor r, double alpha) {
    if (c == null) {
      bmm_out(out, p, r);
    } else {
      baddbmm_out(out, c, p, r, new Scalar(beta), new Scalar(alpha));
    }
  }

  /** (m, n) as its upper and its lower half, (2, h, n). */
  private static Tensor rows(Tensor p, long h) {
    return p.view(2, h, p.size(1));
  }

  /** (n, m) as its left and its right half, (2, n, h). */
  private static Tensor columns(Tensor r, long h) {
    return r.view(r.size(0), 2, h).transpose(0, 1);
  }

  /** (m, m) as its blocks on the diagonal, (2, h, h). */
  private static Tensor diagonal(Tensor a, long h) {
    return a.as_strided(
        new long[] {2, h, h},
        new long[] {(a.size(1) + 1) * h, a.size(1), 1},
        new LongOptional(a.storage_offset()));
  }
}
