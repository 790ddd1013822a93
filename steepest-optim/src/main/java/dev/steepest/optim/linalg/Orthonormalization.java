package dev.steepest.optim.linalg;

import static org.bytedeco.pytorch.global.torch.linalg_cholesky_ex;
import static org.bytedeco.pytorch.global.torch.linalg_qr;
import static org.bytedeco.pytorch.global.torch.linalg_solve_triangular;
import static org.bytedeco.pytorch.global.torch.where;

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
   * QR, so that nearly all work is matrix products. Same column space as {@link #QR}; of dependent
   * columns all but the first are replaced by random ones, which the device decides by itself.
   * Where there are no more rows than columns it is {@link #QR}.
   */
  RCQR {
    @Override
    Tensor basis(Tensor tall, Function<long[], Tensor> normal) {
      long rows = tall.size(1);
      long columns = tall.size(2);
      if (rows <= columns) {
        return QR.basis(tall, normal);
      }
      long sketched = Math.min(rows, (long) Math.ceil(OVERSAMPLING * columns));
      // S ~ N(0, 1/k), k×rows
      Tensor sketch =
          normal
              .apply(new long[] {1, sketched, rows})
              .mul(new Scalar(1 / Math.sqrt(sketched)))
              .to(tall.device(), tall.scalar_type().intern())
              .expand(tall.size(0), sketched, rows);
      Tensor sound = independent(tall, sketch);
      // R₁ from QR(S·Y); Y₁ = Y·R₁⁻¹
      Tensor first = linalg_qr(sketch.bmm(sound), "r").get1();
      Tensor better = linalg_solve_triangular(first, sound, true, false, false);
      // RᵀR = Y₁ᵀY₁; Q = Y₁·R⁻¹
      Tensor r = linalg_cholesky_ex(better.transpose(1, 2).bmm(better), true, false).get0();
      return linalg_solve_triangular(r, better, true, false, false);
    }

    // Y, its columns that depend on those before them replaced by random ones as long.
    private static Tensor independent(Tensor tall, Tensor sketch) {
      Tensor diagonal = linalg_qr(sketch.bmm(tall), "r").get1().diagonal(0, 1, 2).abs();
      Tensor largest = diagonal.amax(new long[] {1}, true);
      Tensor dependent = diagonal.le(largest.mul(new Scalar(DEPENDENT)));
      // Rows of S turned by one place: as good as drawn again, and no more numbers to draw.
      Tensor random = sketch.roll(new long[] {1}, new long[] {2}).transpose(1, 2);
      Tensor length = where(largest.gt(new Scalar(0.0)), largest, new Scalar(1.0));
      return where(
          dependent.unsqueeze(1), random.narrow(2, 0, tall.size(2)).mul(length.unsqueeze(2)), tall);
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
