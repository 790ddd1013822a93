package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.nan_to_num_;

import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Sees to it that no step is made from NaN or infinity unless the policy allows it. */
final class FiniteGradients {

  private final NonFinite policy;

  FiniteGradients(NonFinite policy) {
    this.policy = policy;
  }

  /**
   * Whether the step may be made.
   *
   * @throws ArithmeticException under {@link NonFinite#RAISE}
   */
  boolean check(List<GroupSteps> groups) {
    if (policy == NonFinite.UNCHECKED) {
      return true;
    }
    List<Parameter> suspects =
        groups.stream()
            .flatMap(group -> group.states().stream())
            .filter(ParameterState::hasGradient)
            .map(ParameterState::parameter)
            .filter(parameter -> isSuspect(parameter.tensor().grad()))
            .filter(parameter -> !parameter.tensor().grad().isfinite().all().item_bool())
            .toList();
    if (suspects.isEmpty()) {
      return true;
    }
    return switch (policy) {
      case RAISE -> throw new ArithmeticException(message(suspects));
      case SKIP -> false;
      default -> {
        suspects.forEach(parameter -> clip(parameter.tensor().grad()));
        yield true;
      }
    };
  }

  /** A sum is cheap and not finite where an element is not; huge elements may also overflow it. */
  private static boolean isSuspect(Tensor gradient) {
    return !Double.isFinite(gradient.sum().item_double());
  }

  private static void clip(Tensor gradient) {
    Tensor magnitude = gradient.abs();
    Tensor finite = magnitude.where(magnitude.isfinite(), torch.zeros_like(magnitude));
    double largest = finite.max().item_double();
    nan_to_num_(
        gradient, new DoubleOptional(0), new DoubleOptional(largest), new DoubleOptional(-largest));
  }

  private static String message(List<Parameter> suspects) {
    return suspects.stream()
        .map(parameter -> {
          Tensor gradient = parameter.tensor().grad();
          Tensor bad = gradient.isfinite().logical_not().sum();
          return "the gradient of '"
              + parameter.name()
              + "' holds "
              + bad.item_long()
              + " of "
              + gradient.numel()
              + " values that are NaN or infinite";
        })
        .collect(Collectors.joining("; "))
        .concat(
            "; nothing was changed. Lower the learning rate, clip the gradient's norm, or choose"
                + " another policy than NonFinite.RAISE");
  }
}
