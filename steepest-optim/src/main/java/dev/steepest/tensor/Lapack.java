package dev.steepest.tensor;

import java.util.function.Supplier;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * Calls into LAPACK (factorisations, triangular solves) with OpenBLAS on one thread.
 *
 * <p>OpenBLAS's threads spin against those of libtorch's OpenMP. A QR of 2304×64 takes 1.4 ms on one thread and 27–65
 * ms on two, 4608×128 takes 21–26 ms and 153–306 (measured, 2 shared cores). The number of threads belongs to the whole
 * process; it is put back afterwards, and a product that another thread starts meanwhile is only slower.
 */
public final class Lapack {

  private Lapack() {}

  /** What {@code call} returns. */
  public static <T> T alone(Supplier<T> call) {
    int before = openblas.blas_get_num_threads();
    openblas.blas_set_num_threads(1);
    try {
      return call.get();
    } finally {
      // Unknown (-1) until somebody has set it: then it is one per core, as is libtorch's.
      openblas.blas_set_num_threads(before > 0 ? before : torch.get_num_threads());
    }
  }
}
