package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.linalg_vector_norm;
import static org.bytedeco.pytorch.global.torch.scalar_tensor;
import static org.bytedeco.pytorch.global.torch.stack;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Bounds on gradients, in place. Nothing here waits for the device: norms are returned as tensors.
 */
public final class GradientClip {

  private static final double EPS = 1e-6; // as torch.nn.utils.clip_grad_norm_

  private GradientClip() {}

  /** Euclidean norm of all gradients as one vector; a float32 or float64 scalar. */
  public static Tensor norm(List<Parameter> parameters) {
    return norm(parameters, 2);
  }

  /**
   * The norm of all gradients as one vector; parameters without gradient do not count.
   *
   * @param order 2 for Euclid's, infinity for the largest magnitude, any other positive number
   * @return a scalar, owned by the caller or the caller's pointer scope
   */
  public static Tensor norm(List<Parameter> parameters, double order) {
    if (!(order > 0)) {
      throw new IllegalArgumentException("norm order " + order + " must be in (0, inf]");
    }
    boolean wide =
        parameters.stream().anyMatch(p -> p.tensor().scalar_type().intern() == ScalarType.Double);
    Tensor total = scalar_tensor(new Scalar(0.0)).to(wide ? ScalarType.Double : ScalarType.Float);
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      List<Tensor> gradients = gradients(parameters);
      if (!gradients.isEmpty()) {
        TensorVector norms = new TensorVector();
        for (Tensor gradient : gradients) {
          norms.push_back(vectorNorm(gradient, order, total));
        }
        Tensor norm = vectorNorm(stack(norms), order, total);
        total.set_data(norm);
      }
    }
    return total;
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
    requirePositive("largest norm", max);
    Tensor total = norm(parameters, order);
    try (AutoGradMode _ = new AutoGradMode(false);
        PointerScope _ = new PointerScope()) {
      Tensor scale =
          total.add(new Scalar(EPS)).reciprocal().mul(new Scalar(max)).clamp_max(new Scalar(1.0));
      gradients(parameters)
          .forEach(gradient -> gradient.mul_(scale.to(gradient.scalar_type().intern())));
    }
    return total;
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

  private static List<Tensor> gradients(List<Parameter> parameters) {
    return parameters.stream().map(p -> p.tensor().grad()).filter(Tensor::defined).toList();
  }

  private static Tensor vectorNorm(Tensor tensor, double order, Tensor like) {
    return linalg_vector_norm(
        tensor.to(like.scalar_type().intern()),
        new Scalar(order),
        new long[0],
        false,
        new ScalarTypeOptional());
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(what + " " + value + " must be in (0, inf]");
    }
  }
}
