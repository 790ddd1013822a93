package dev.steepest.optim.linalg;

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

  /** The number type of the iteration for an input of type {@code input}. */
  ScalarType of(ScalarType input) {
    return type == null ? input : type;
  }
}
