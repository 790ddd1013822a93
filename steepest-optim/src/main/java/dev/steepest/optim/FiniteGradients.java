package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.nan_to_num_;
import static org.bytedeco.pytorch.global.torch.stack;

import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Sees to it that no step is made from NaN or infinity unless the policy allows it. */
final class FiniteGradients {

  /** What was found of the gradients. */
  enum Finding {
    FINE,
    /** They were not finite and are now, in place. */
    CLIPPED,
    UNUSABLE
  }

  private final NonFinite policy;

  FiniteGradients(NonFinite policy) {
    this.policy = policy;
  }

  /**
   * Whether a step may be made from the gradients.
   *
   * @param gathered all gradients, those of small parameters together
   * @throws ArithmeticException under {@link NonFinite#RAISE}
   */
  Finding check(List<Tensor> gathered, List<ParameterGroup> groups) {
    if (policy == NonFinite.UNCHECKED || !isSuspect(gathered)) {
      return Finding.FINE;
    }
    List<Parameter> suspects =
        groups.stream()
            .flatMap(group -> group.parameters().stream())
            .filter(parameter -> parameter.tensor().grad().defined())
            .filter(parameter -> !parameter.tensor().grad().isfinite().all().item_bool())
            .toList();
    if (suspects.isEmpty()) {
      return Finding.FINE;
    }
    return switch (policy) {
      case RAISE -> throw new ArithmeticException(message(suspects));
      case SKIP -> Finding.UNUSABLE;
      default -> {
        suspects.forEach(parameter -> clip(parameter.tensor().grad()));
        yield Finding.CLIPPED;
      }
    };
  }

  /** A sum is cheap and not finite where an element is not; huge elements may also overflow it. */
  private static boolean isSuspect(List<Tensor> gathered) {
    if (gathered.isEmpty()) {
      return false;
    }
    if (gathered.getFirst().is_cpu()) {
      return gathered.stream().anyMatch(tensor -> !Double.isFinite(tensor.sum().item_double()));
    }
    // One wait for the device, not one per tensor.
    TensorVector sums = new TensorVector();
    gathered.forEach(tensor -> sums.push_back(tensor.sum().to(ScalarType.Float)));
    return !Double.isFinite(stack(sums).sum().item_double());
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
