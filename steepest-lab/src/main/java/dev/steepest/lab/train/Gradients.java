package dev.steepest.lab.train;

import dev.steepest.optim.GradientClip;
import dev.steepest.optim.Parameter;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The gradients of a network as one vector: its length, and scaling it. */
final class Gradients {
  private final List<Parameter> parameters;

  Gradients(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Global L2 norm, a scalar tensor in the caller's scope. */
  Tensor norm() {
    return GradientClip.norm(parameters);
  }

  /**
   * Scales them so that their norm is at most {@code limit}. A GPU is not waited for; on the CPU,
   * where looking is free, gradients that are short enough are not touched.
   *
   * @param norm what {@link #norm} gave
   */
  void clip(Tensor norm, double limit) {
    if (!norm.is_cpu() || !(norm.item_float() <= limit)) {
      try (PointerScope _ = new PointerScope()) {
        GradientClip.toNorm(parameters, limit);
      }
    }
  }

  /** Multiplies them. */
  void scale(double factor) {
    if (factor == 1) {
      return;
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Scalar scalar = new Scalar(factor);
      for (Parameter parameter : parameters) {
        Tensor gradient = parameter.tensor().grad();
        if (gradient.defined()) {
          gradient.mul_(scalar);
        }
      }
    }
  }
}
