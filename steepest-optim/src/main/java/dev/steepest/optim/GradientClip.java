package dev.steepest.optim;

import dev.steepest.tensor.MultiTensor;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Bounds on gradients, in place. Nothing here waits for the device: norms are returned as tensors,
 * which the caller, or the caller's pointer scope, owns.
 */
public final class GradientClip {

  private static final double EPS = 1e-6; // as torch.nn.utils.clip_grad_norm_

  private GradientClip() {}

  /**
   * What was found in gradients of a scaled loss.
   *
   * @param norm of the gradients without the scale, before clipping; a scalar
   * @param foundInf 1 where that norm is infinite or NaN, and then no step may be made, else 0; a
   *     float32 scalar, as libtorch's fused steps take it
   */
  public record Unscaled(Tensor norm, Tensor foundInf) {}

  /** Euclidean norm of all gradients as one vector; a float32 or float64 scalar. */
  public static Tensor norm(List<Parameter> parameters) {
    return norm(parameters, 2);
  }

  /**
   * The norm of all gradients as one vector; parameters without gradient do not count.
   *
   * @param order 2 for Euclid's, infinity for the largest magnitude, any other positive number
   * @return a scalar
   */
  public static Tensor norm(List<Parameter> parameters, double order) {
    if (!(order > 0)) {
      throw new IllegalArgumentException("norm order " + order + " must be in (0, inf]");
    }
    return MultiTensor.norm(gradients(parameters), order);
  }

  /**
   * Scales all gradients together so that their Euclidean norm is at most {@code max}; returns the
   * norm before.
   */
  public static Tensor toNorm(List<Parameter> parameters, double max) {
    return toNorm(parameters, max, 2);
  }

  /**
   * Scales all gradients together by min(1, max / (norm + 1e-6)), as torch does.
   *
   * @param max largest norm allowed, positive
   * @param order as in {@link #norm(List, double)}
   * @return the norm before, a scalar
   */
  public static Tensor toNorm(List<Parameter> parameters, double max, double order) {
    Tensor total = norm(parameters, order);
    try (PointerScope _ = new PointerScope()) {
      MultiTensor.scale(gradients(parameters), factor(total, max));
    }
    return total;
  }

  /**
   * Clips gradients of a loss that was multiplied by {@code lossScale}: the bound is compared with
   * the norm without the scale, and scale and bound are applied in one multiplication, min(1, max /
   * (norm + 1e-6)) / lossScale. Gradients that are not finite are not made finite; {@link
   * Unscaled#foundInf} says so.
   *
   * @param max largest Euclidean norm allowed, positive; infinity only takes the scale away
   * @param lossScale a positive float32 scalar on the gradients' device
   */
  public static Unscaled unscaleToNorm(List<Parameter> parameters, double max, Tensor lossScale) {
    requirePositive("largest norm", max);
    List<Tensor> gradients = gradients(parameters);
    Tensor norm = MultiTensor.norm(gradients, 2);
    Tensor foundInf;
    try (AutoGradMode _ = new AutoGradMode(false)) {
      norm.div_(lossScale);
      foundInf = norm.isfinite().logical_not().to(ScalarType.Float);
    }
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      MultiTensor.scale(gradients, factor(norm, max).div(lossScale));
    }
    return new Unscaled(norm, foundInf);
  }

  /** Limits every element of every gradient to [−max, max]. */
  public static void toValue(List<Parameter> parameters, double max) {
    requirePositive("largest value", max);
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      ScalarOptional low = new ScalarOptional(new Scalar(-max));
      ScalarOptional high = new ScalarOptional(new Scalar(max));
      gradients(parameters).forEach(gradient -> gradient.clamp_(low, high));
    }
  }

  /**
   * What gradients of this norm are multiplied by: min(1, max / (norm + 1e-6)).
   *
   * @param norm a scalar
   * @param max largest norm allowed, positive; infinity for none
   * @return a scalar of the norm's type
   */
  public static Tensor factor(Tensor norm, double max) {
    requirePositive("largest norm", max);
    try (AutoGradMode _ = new AutoGradMode(false)) {
      return norm.add(new Scalar(EPS))
          .reciprocal_()
          .mul_(new Scalar(max))
          .clamp_max_(new Scalar(1.0));
    }
  }

  private static List<Tensor> gradients(List<Parameter> parameters) {
    return parameters.stream().map(p -> p.tensor().grad()).filter(Tensor::defined).toList();
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(what + " " + value + " must be in (0, inf]");
    }
  }
}
