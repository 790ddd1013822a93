package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_cholesky_ex;
import static org.bytedeco.pytorch.global.torch.linalg_qr;
import static org.bytedeco.pytorch.global.torch.linalg_solve_triangular;

import dev.steepest.tensor.Lapack;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Ways to an orthonormal basis of a tall matrix's columns. Shapes: (matrices, rows, columns), rows
 * ≥ columns.
 */
public enum Orthonormalization {
  /** Householder QR. */
  QR {
    @Override
    Tensor basis(Tensor tall, Function<long[], Tensor> normal) {
      return linalg_qr(tall).get0();
    }
  },
  /**
   * Randomised Cholesky QR (Dion's default): a small QR of a random sketch preconditions a Cholesky
   * QR, so that nearly all work is matrix products. Same column space as {@link #QR}; where the
   * columns are dependent it falls back to it.
   */
  RCQR {
    @Override
    Tensor basis(Tensor tall, Function<long[], Tensor> normal) {
      long rows = tall.size(1);
      long columns = tall.size(2);
      long sketched = Math.min(rows, (long) Math.ceil(OVERSAMPLING * columns));
      // S ~ N(0, 1/k), k×rows; R₁ from QR(S·Y); Y₁ = Y·R₁⁻¹
      Tensor sketch =
          normal
              .apply(new long[] {1, sketched, rows})
              .mul(new Scalar(1 / Math.sqrt(sketched)))
              .to(tall.device(), tall.scalar_type().intern())
              .expand(tall.size(0), sketched, rows);
      Tensor first = linalg_qr(sketch.bmm(tall), "r").get1();
      Tensor diagonal = first.diagonal(0, 1, 2).abs();
      double least = diagonal.amin().item_double();
      if (!(least > DEPENDENT * diagonal.amax().item_double())) {
        return QR.basis(tall, normal);
      }
      Tensor better = linalg_solve_triangular(first, tall, true, false, false);
      // RᵀR = Y₁ᵀY₁; Q = Y₁·R⁻¹
      var cholesky = linalg_cholesky_ex(better.transpose(1, 2).bmm(better), true, false);
      if (cholesky.get1().abs().amax().item_double() != 0) {
        return QR.basis(tall, normal);
      }
      return linalg_solve_triangular(cholesky.get0(), better, true, false, false);
    }
  };

  private static final double OVERSAMPLING = 1.25; // as microsoft/dion
  private static final double DEPENDENT =
      1e-6; // assumed: well above float32 rounding, below any real column

  /**
   * Columns that span what {@code tall}'s span, orthonormal.
   *
   * @param normal draws standard normal numbers of given sizes
   */
  public Tensor of(Tensor tall, Function<long[], Tensor> normal) {
    return Lapack.call(() -> basis(tall, normal));
  }

  abstract Tensor basis(Tensor tall, Function<long[], Tensor> normal);
}
