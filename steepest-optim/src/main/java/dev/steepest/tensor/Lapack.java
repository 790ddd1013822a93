package dev.steepest.tensor;

import java.util.function.Supplier;
import org.bytedeco.openblas.global.openblas;

/**
 * Calls into LAPACK (factorisations, triangular solves) with OpenBLAS on one thread.
 *
 * <p>OpenBLAS's threads spin against those of libtorch's OpenMP: a QR of 2304×64 takes 1.4 ms on
 * one thread and 27–65 ms on two, 4608×128 takes 21–26 ms and 153–306 (measured, 2 shared cores).
 * The first call here therefore sets OpenBLAS to one thread, for the whole process and for good, as
 * changing the number costs 2 ms each time. libtorch's own threads are not touched; float32
 * products of full precision, which are OpenBLAS's too, are on one thread from then on (with {@code
 * setFloat32MatmulPrecision("medium")} they are oneDNN's, and faster). Whoever sets {@code
 * OPENBLAS_NUM_THREADS} in the environment keeps that number.
 */
public final class Lapack {

  private Lapack() {}

  /** What {@code call} returns. */
  public static <T> T call(Supplier<T> call) {
    OneThread.ensure();
    return call.get();
  }

  private static final class OneThread {
    static {
      if (System.getenv("OPENBLAS_NUM_THREADS") == null) {
        openblas.blas_set_num_threads(1);
      }
    }

    static void ensure() {}
  }
}
