package dev.steepest.optim.golden;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Compares tensors by their largest difference. */
final class Closeness {

  private Closeness() {}

  /** Largest absolute difference; NaN where either has one. */
  static double distance(Tensor actual, Tensor expected) {
    return actual
        .to(ScalarType.Double)
        .sub(expected.to(ScalarType.Double))
        .abs()
        .max()
        .item_double();
  }

  static void assertClose(Tensor actual, Tensor expected, double tolerance, String what) {
    assertThat(actual.sizes().vec().get())
        .as("shape of %s", what)
        .isEqualTo(expected.sizes().vec().get());
    assertThat(distance(actual, expected))
        .as("largest difference of %s", what)
        .isLessThanOrEqualTo(tolerance);
  }
}
