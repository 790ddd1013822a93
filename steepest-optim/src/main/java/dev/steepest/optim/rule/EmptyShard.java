package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.scalar_tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A shard none of whose parameters has a gradient in this step. It still takes part in every sum:
 * the others wait for it.
 */
final class EmptyShard {

  private EmptyShard() {}

  /** What it adds to a sum: 0 in float32 on the CPU, as it has no parameter to be like. */
  static Tensor part() {
    return scalar_tensor(new Scalar(0f));
  }
}
