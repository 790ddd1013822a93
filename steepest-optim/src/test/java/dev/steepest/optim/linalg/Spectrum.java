package dev.steepest.optim.linalg;

import dev.steepest.tensor.Lapack;
import dev.steepest.tensor.Seeds;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Matrices of chosen singular values between random orthogonal bases; float64, (1, m, n). */
final class Spectrum {

  private Spectrum() {}

  /** Values spaced evenly in their logarithms from {@code least} up, of Frobenius norm 1. */
  static Tensor from(double least, int m, int n) {
    double low = 1;
    double high = 1 / least;
    for (int i = 0; i < 100; i++) {
      double middle = Math.sqrt(low * high);
      if (IntStream.range(0, m).mapToDouble(k -> square(least, middle, k, m)).sum() < 1) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double ratio = low;
    return of(
        IntStream.range(0, m).mapToDouble(k -> Math.sqrt(square(least, ratio, k, m))).toArray(), n);
  }

  private static double square(double least, double ratio, int k, int m) {
    return Math.pow(least * Math.pow(ratio, k / (m - 1.0)), 2);
  }

  static Tensor of(double[] values, int n) {
    int m = values.length;
    Tensor u = orthonormal(1, m, m);
    Tensor v = orthonormal(2, n, m);
    Tensor s =
        torch
            .from_blob(
                new DoublePointer(values), new long[] {m}, new TensorOptions(ScalarType.Double))
            .clone();
    return u.mul(s).mm(v.t()).unsqueeze(0);
  }

  /** Singular values of each matrix, in float64. */
  static Tensor singularValues(Tensor matrices) {
    Tensor wide = matrices.to(ScalarType.Double);
    return Lapack.call(() -> torch.linalg_svd(wide).get1());
  }

  private static Tensor orthonormal(long seed, int rows, int columns) {
    Tensor random = Seeds.normal(seed, rows, columns).to(ScalarType.Double);
    return Lapack.call(() -> torch.linalg_qr(random).get0());
  }
}
