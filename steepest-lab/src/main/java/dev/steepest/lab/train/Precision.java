package dev.steepest.lab.train;

import org.bytedeco.pytorch.Device;

/**
 * The number format of the forward and backward pass. Parameters and their state are fp32 always.
 */
public enum Precision {
  /** 32-bit throughout. */
  FP32,
  /** Autocast to bfloat16: range of fp32, 8 significant bits; needs no loss scaling. */
  BF16,
  /** Autocast to float16 with loss scaling; on a GPU only. */
  FP16;

  /**
   * Checks that the device can train in this precision.
   *
   * @throws IllegalArgumentException for fp16 off the GPU
   */
  void requireOn(Device device) {
    if (this == FP16 && !device.is_cuda()) {
      throw new IllegalArgumentException(
          "Precision fp16 trains on a CUDA device only, this is "
              + device.str().getString()
              + ": here it would be slower and less exact than bf16. Use bf16 or fp32.");
    }
  }
}
