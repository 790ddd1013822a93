package dev.steepest.optim.linalg;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number type that an iteration runs in, whatever its input's. */
public enum Precision {
  /** As the input. */
  PARAMETER(null),
  FLOAT32(ScalarType.Float),
  /**
   * Half the memory and, on processors that multiply bfloat16, twice the speed; a relative error
   * near 1 %.
   */
  BFLOAT16(ScalarType.BFloat16);

  private final ScalarType type;

  Precision(ScalarType type) {
    this.type = type;
  }

  Tensor cast(Tensor tensor) {
    return type == null ? tensor : tensor.to(type);
  }
}
