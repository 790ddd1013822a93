package dev.steepest.lab.kernel;

import dev.steepest.lab.kernel.ReferenceBody.Numbers;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How long a training pass over airbench94's body takes, fused against libtorch's operations under
 * autocast, in turn. Not a test: run its main method with {@code --add-modules
 * jdk.incubator.vector} and batch sizes as arguments.
 *
 * <p>On one thread (system property {@code threads}, default 1) it measures the time of the
 * processor, which other programs disturb less; on several, that of the clock.
 */
public final class FusedBodyBenchmark {
  private static final int WARM_UP = 3;
  private static final int REPEATS = 9;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private FusedBodyBenchmark() {}

  public static void main(String[] batches) {
    int threads = Integer.getInteger("threads", 1);
    torch.set_num_threads(threads);
    for (String batch : batches) {
      measure(Integer.parseInt(batch), threads);
    }
  }

  private static void measure(int batch, int threads) {
    try (PointerScope _ = new PointerScope();
        SampleBody sample = new SampleBody(24, 64, 256, 256);
        FusedBody body = sample.fused(Activation.GELU)) {
      Tensor x = torch.randn(batch, 3, 32, 32).contiguous(MemoryFormat.ChannelsLast);
      Tensor gradient = torch.randn(batch, 256, 1, 1).to(ScalarType.BFloat16);
      ReferenceBody plain = new ReferenceBody(sample, Activation.GELU, Numbers.AUTOCAST);
      plain.prepare();
      double[] fusedTimes = new double[REPEATS];
      double[] plainTimes = new double[REPEATS];
      double[] ratios = new double[REPEATS];
      for (int i = -WARM_UP; i < REPEATS; i++) {
        double slow = seconds(threads, () -> plainly(plain, x, gradient));
        double fast = seconds(threads, () -> fused(body, x, gradient));
        sample.clearGradients();
        plain.clearGradients();
        if (i >= 0) {
          fusedTimes[i] = fast;
          plainTimes[i] = slow;
          ratios[i] = fast / slow;
        }
      }
      System.out.printf(
          "batch %d, %d thread(s): plain %.1f images/s, fused %.1f, time fused/plain %.3f (%.3f-%.3f)%n",
          batch,
          threads,
          batch / median(plainTimes),
          batch / median(fusedTimes),
          median(ratios),
          Arrays.stream(ratios).min().orElseThrow(),
          Arrays.stream(ratios).max().orElseThrow());
    }
  }

  private static double seconds(int threads, Runnable step) {
    long before = now(threads);
    try (PointerScope _ = new PointerScope()) {
      step.run();
    }
    return (now(threads) - before) * 1e-9;
  }

  private static long now(int threads) {
    return threads == 1 ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
  }

  private static void plainly(ReferenceBody body, Tensor x, Tensor gradient) {
    Tensor loss = body.features(x, true).mul(gradient).sum();
    loss.backward();
  }

  private static void fused(FusedBody body, Tensor x, Tensor gradient) {
    try (BodyPass pass = body.forward(x, Statistics.UPDATE)) {
      Tensor loss = pass.features().mul(gradient).sum();
      loss.backward();
      pass.backward(pass.features().grad());
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
