package dev.steepest.lab.kernel;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The sum of a filter's gradients over pieces, in float32. */
final class FilterGradient implements AutoCloseable {
  private Tensor sum;

  void add(Tensor gradient) {
    if (sum == null) {
      try (PointerScope _ = new PointerScope()) {
        sum = gradient.to(ScalarType.Float).retainReference();
      }
    } else {
      sum.add_(gradient);
    }
  }

  /** Adds it to a parameter's gradient. */
  void addTo(Tensor parameter) {
    Gradients.add(parameter, sum);
  }

  @Override
  public void close() {
    if (sum != null) {
      sum.close();
    }
  }
}
