package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.nan_to_num_;
import static org.bytedeco.pytorch.global.torch.scalar_tensor;
import static org.bytedeco.pytorch.global.torch.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
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
  private final Shards shards;

  FiniteGradients(NonFinite policy, Shards shards) {
    this.policy = policy;
    this.shards = shards;
  }

  /**
   * Whether a step may be made from the gradients.
   *
   * @param gathered all gradients, those of small parameters together
   * @throws ArithmeticException under {@link NonFinite#RAISE}
   */
  Finding check(List<Tensor> gathered, List<ParameterGroup> groups) {
    if (policy == NonFinite.UNCHECKED) {
      return Finding.FINE;
    }
    List<Parameter> suspects = isSuspect(gathered) ? suspects(groups) : List.of();
    if (!anywhere(suspects)) {
      return Finding.FINE;
    }
    return switch (policy) {
      case RAISE -> throw new ArithmeticException(message(suspects, groups));
      case SKIP -> Finding.UNUSABLE;
      default -> {
        suspects.forEach(parameter -> clip(parameter.tensor().grad()));
        yield Finding.CLIPPED;
      }
    };
  }

  private static List<Parameter> suspects(List<ParameterGroup> groups) {
    return groups.stream()
        .flatMap(group -> group.parameters().stream())
        .filter(parameter -> parameter.tensor().grad().defined())
        .filter(parameter -> !parameter.tensor().grad().isfinite().all().item_bool())
        .toList();
  }

  /** Whether this shard or another has found something: all do the same. */
  private boolean anywhere(List<Parameter> own) {
    return shards.equals(Shards.NONE)
        ? !own.isEmpty()
        : shards.sum(scalar_tensor(new Scalar((double) own.size()))).item_double() > 0;
  }

  /** A sum is cheap and not finite where an element is not; huge elements may also overflow it. */
  private static boolean isSuspect(List<Tensor> gathered) {
    if (gathered.isEmpty()) {
      return false;
    }
    if (gathered.stream().allMatch(Tensor::is_cpu)) {
      return gathered.stream().anyMatch(tensor -> !Double.isFinite(tensor.sum().item_double()));
    }
    // One wait for each device, not one for each tensor.
    Map<String, TensorVector> sums = new LinkedHashMap<>();
    for (Tensor tensor : gathered) {
      sums.computeIfAbsent(tensor.device().str().getString(), _ -> new TensorVector())
          .push_back(tensor.sum().to(ScalarType.Float));
    }
    return sums.values().stream()
        .anyMatch(ofDevice -> !Double.isFinite(stack(ofDevice).sum().item_double()));
  }

  private static void clip(Tensor gradient) {
    Tensor magnitude = gradient.abs();
    Tensor finite = magnitude.where(magnitude.isfinite(), torch.zeros_like(magnitude));
    double largest = finite.max().item_double();
    nan_to_num_(
        gradient, new DoubleOptional(0), new DoubleOptional(largest), new DoubleOptional(-largest));
  }

  private static String message(List<Parameter> suspects, List<ParameterGroup> groups) {
    String found =
        suspects.isEmpty()
            ? "the gradients of another shard hold values that are NaN or infinite"
            : suspects.stream().map(FiniteGradients::describe).collect(Collectors.joining("; "));
    boolean lost =
        groups.stream()
            .filter(group -> group.rule() instanceof Rule.KeepsGradient)
            .anyMatch(group -> group.parameters().stream().anyMatch(suspects::contains));
    return found
        + (lost
            ? "; no weight was changed, but this gradient is its rule's momentum: load a saved"
                + " state, and choose NonFinite.SKIP, which keeps a copy."
            : "; nothing was changed.")
        + " Lower the learning rate, clip the gradient's norm, or choose another policy than"
        + " NonFinite.RAISE";
  }

  private static String describe(Parameter parameter) {
    Tensor gradient = parameter.tensor().grad();
    return "the gradient of '"
        + parameter.name()
        + "' holds "
        + gradient.isfinite().logical_not().sum().item_long()
        + " of "
        + gradient.numel()
        + " values that are NaN or infinite";
  }
}
