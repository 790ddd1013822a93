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
  private static final double EPSILON = 1e-6; // as in torch.nn.utils.clip_grad_norm_

  private final List<Parameter> parameters;

  Gradients(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Global L2 norm, a scalar tensor in the caller's scope. */
  Tensor norm() {
    return GradientClip.norm(parameters);
  }

  /**
   * Scales them so that their norm is at most {@code limit}, by min(1, limit/(norm + 1e-6)) as
   * torch does. A GPU is not waited for; on the CPU, where looking is free, gradients that are
   * short enough are not touched.
   *
   * @return the norm before, a scalar tensor in the caller's scope
   */
  Tensor clip(double limit) {
    if (!parameters.getFirst().tensor().is_cpu()) {
      return GradientClip.toNorm(parameters, limit);
    }
    Tensor norm = norm();
    double length = norm.item_float();
    if (length > limit) {
      scale(limit / (length + EPSILON));
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
