package dev.steepest.lab.train;

import dev.steepest.tensor.Seeds;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What this machine makes of a matrix product at best: the yardstick of how well a network uses it.
 * Measured with libtorch's own product of square matrices that lie ready, with as many threads as
 * the process computes with.
 */
public final class MatmulPeak implements AutoCloseable {
  /** Assumed: so large that a product's speed no longer grows, and three fit any memory. */
  private static final long CPU_SIDE = 2048;

  private static final long GPU_SIDE = 8192; // assumed, as above

  private static final double LEAST_SECONDS = 0.15; // of a measurement: assumed, above a slice
  private static final int MEASUREMENTS = 5;

  private static final Map<String, Double> KNOWN = new ConcurrentHashMap<>();

  private final Device device;
  private final Tensor a;
  private final Tensor b;
  private final Tensor product;
  private final double flops;

  /** Matrices of random numbers, ready to be multiplied. */
  public MatmulPeak(Device device, Precision precision) {
    precision.requireOn(device);
    this.device = device;
    long side = device.is_cuda() ? GPU_SIDE : CPU_SIDE;
    try (PointerScope _ = new PointerScope()) {
      a = matrix(1, side, precision).retainReference();
      b = matrix(2, side, precision).retainReference();
      product = torch.empty_like(a).retainReference();
    }
    flops = 2.0 * side * side * side;
  }

  private Tensor matrix(long seed, long side, Precision precision) {
    return Seeds.normal(seed, side, side).to(device, precision.type());
  }

  /**
   * Floating-point operations per second of this process on the device: the best of a few
   * measurements, about a second of work the first time, remembered for the life of the process.
   *
   * @throws IllegalArgumentException for fp16 off the GPU
   */
  public static double flopsPerSecond(Device device, Precision precision) {
    String key =
        "%s %s %d threads".formatted(device.str().getString(), precision, torch.get_num_threads());
    return KNOWN.computeIfAbsent(
        key,
        _ -> {
          try (MatmulPeak peak = new MatmulPeak(device, precision)) {
            peak.measure(); // makes the kernel
            double best = 0;
            for (int i = 0; i < MEASUREMENTS; i++) {
              best = Math.max(best, peak.measure());
            }
            return best;
          }
        });
  }

  /** One measurement, floating-point operations per second. */
  public double measure() {
    Stopwatch watch = new Stopwatch(device);
    int products = 0;
    try (AutoGradMode _ = new AutoGradMode(false)) {
      // A GPU takes orders ahead of its work: several between two looks at the clock.
      int ordered = device.is_cuda() ? 16 : 1;
      do {
        watch.start();
        for (int i = 0; i < ordered; i++) {
          torch.mm_out(product, a, b);
        }
        watch.stop();
        products += ordered;
      } while (watch.seconds() < LEAST_SECONDS);
    }
    return products * flops / watch.seconds();
  }

  /** Frees the matrices. */
  @Override
  public void close() {
    a.close();
    b.close();
    product.close();
  }
}
