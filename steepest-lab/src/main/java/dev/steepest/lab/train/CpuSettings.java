package dev.steepest.lab.train;

import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Global settings of libtorch that make training on a CPU fast, in one place with their reasons.
 */
public final class CpuSettings {
  private CpuSettings() {}

  /**
   * Applies the settings to this process. They change which kernels run, hence the last bits of
   * results: apply them always or never within one study.
   *
   * @param threads computing threads, or 0 to keep libtorch's choice (one per core)
   */
  public static void apply(int threads) {
    Context context = torch.globalContext();
    // Sends fp32 products to oneDNN instead of OpenBLAS, whose threads fight those of OpenMP. Same
    // accuracy on CPUs without fp32 shortcuts. Small transformer 60 → 114 images/s in fp32,
    // Newton-Schulz on 384² 80.7 → 9.3 ms (measured, 2 Zen 4 cores).
    context.setFloat32MatmulPrecision("medium");
    // The flash kernel of attention on the CPU is 10–25 times slower than plain products in bf16
    // (measured: 178 against 7 ms, 128×6×65×32 forward and backward).
    context.setSDPUseFlash(false);
    // Keeps the remaining math kernel in bf16 instead of converting to fp32: 18.8 → 13.4 ms.
    context.setAllowFP16BF16ReductionMathSDP(true);
    if (threads > 0) {
      torch.set_num_threads(threads);
    }
  }
}
