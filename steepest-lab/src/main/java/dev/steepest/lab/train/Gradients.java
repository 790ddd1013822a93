package dev.steepest.lab.train;

import dev.steepest.optim.GradientClip;
import dev.steepest.optim.Parameter;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

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
   * Takes the scale of the loss away and shortens them so that their norm is at most {@code limit},
   * by {@link GradientClip#factor} as torch does. A GPU is not waited for; on the CPU, where
   * looking is free, gradients that are short enough and have no scale are not touched.
   *
   * @param limit infinity for none
   * @return the norm before, without the loss's scale; a scalar tensor in the caller's scope
   */
  Tensor clip(double limit, double lossScale) {
    if (limit == Double.POSITIVE_INFINITY && lossScale == 1) {
      return norm();
    }
    Tensor first = parameters.getFirst().tensor();
    if (!first.is_cpu()) {
      Tensor scale =
          torch.full(new long[0], new Scalar(lossScale)).to(first.device(), ScalarType.Float);
      return GradientClip.unscaleToNorm(parameters, limit, scale).norm();
    }
    Tensor norm = norm().div_(new Scalar(lossScale));
    try (PointerScope _ = new PointerScope()) {
      scale(GradientClip.factor(norm, limit).item_double() / lossScale);
    }
    return norm;
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
