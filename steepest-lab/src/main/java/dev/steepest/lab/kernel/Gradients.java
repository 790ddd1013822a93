package dev.steepest.lab.kernel;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Leaves gradients where autograd would. */
final class Gradients {
  private Gradients() {}

  /** Adds to the gradient of a parameter that wants one. */
  static void add(Tensor parameter, Tensor gradient) {
    if (!parameter.requires_grad()) {
      return;
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor before = parameter.mutable_grad();
      if (before.defined()) {
        before.add_(gradient);
      } else {
        before.put(gradient.to(ScalarType.Float).contiguous());
      }
    }
  }

  /** Adds to the gradient of a vector [C] that wants one. */
  static void add(Tensor parameter, double[] gradient) {
    if (!parameter.requires_grad()) {
      return;
    }
    float[] values = new float[gradient.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) gradient[i];
    }
    try (PointerScope _ = new PointerScope()) {
      add(parameter, Tensor.create(values, values.length));
    }
  }
}
