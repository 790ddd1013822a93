package dev.steepest.lab.train;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Rule;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

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

  /** What autocast computes in; float32 without it. */
  public ScalarType type() {
    return switch (this) {
      case FP32 -> ScalarType.Float;
      case BF16 -> ScalarType.BFloat16;
      case FP16 -> ScalarType.Half;
    };
  }

  /**
   * Checks that the device can train in this precision.
   *
   * @throws IllegalArgumentException for fp16 off the GPU
   */
  public void requireOn(Device device) {
    if (this == FP16 && !device.is_cuda()) {
      throw new IllegalArgumentException(
          "Precision fp16 trains on a CUDA device only, this is "
              + device.str().getString()
              + ": here it would be slower and less exact than bf16. Use bf16 or fp32.");
    }
  }

  /**
   * Checks that no rule keeps its state in the gradient where the loss is scaled: taking the scale
   * away would divide the state too, in every step anew.
   *
   * @throws IllegalArgumentException for fp16 and a {@link Rule.KeepsGradient}, naming its groups
   */
  void requireNoKeptGradients(Optimizer optimizer) {
    List<String> keeping =
        optimizer.groups().stream()
            .filter(group -> group.rule() instanceof Rule.KeepsGradient)
            .map(ParameterGroup::name)
            .toList();
    if (this == FP16 && !keeping.isEmpty()) {
      throw new IllegalArgumentException(
          "Precision fp16 scales the loss, but the rule of group "
              + String.join(", ", keeping)
              + " keeps its momentum in the gradient, from which the scale would be divided anew in"
              + " every step. Use bf16 or fp32, or a rule that keeps its momentum elsewhere.");
    }
  }
}
