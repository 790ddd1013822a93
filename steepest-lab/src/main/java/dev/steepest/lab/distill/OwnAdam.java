package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.zeros;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import dev.steepest.tensor.FusedStep;
import dev.steepest.tensor.TensorList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adam at a constant learning rate, β 0.9 and 0.999, ε 1e-8, without weight decay. Its moments are
 * there from the beginning: a run that goes on copies into them.
 *
 * <p>Weights in half precision are rounded copies of those that learn, which are float32 here as
 * the moments are: a usual step is smaller than half a digit of bfloat16, and 0.999 of a number is
 * that number.
 */
final class OwnAdam implements AutoCloseable {
  private static final double BETA1 = .9;
  private static final double BETA2 = .999;
  private static final double EPS = 1e-8;

  private final double lr;
  private final List<Tensor> weights;
  private final List<Tensor> precise = new ArrayList<>(); // the weights themselves, or in float32
  private final List<Tensor> first = new ArrayList<>();
  private final List<Tensor> second = new ArrayList<>();
  private final Tensor step;
  private final SequencedMap<String, Tensor> state = new LinkedHashMap<>();

  /**
   * Begins with moments of 0.
   *
   * @param weights leaves by name; the caller's
   */
  OwnAdam(SequencedMap<String, Tensor> weights, double lr) {
    this.lr = lr;
    this.weights = List.copyOf(weights.sequencedValues());
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      weights.forEach((name, weight) -> {
        Tensor own = weight.detach();
        if (isHalf(weight)) {
          own = keep(name + "/float32", own.to(ScalarType.Float));
        }
        precise.add(own.retainReference());
        first.add(keep(name + "/first_moment", zeros_like(own)));
        second.add(keep(name + "/second_moment", zeros_like(own)));
      });
      // The number of steps lies beside the weights, as the fused kernel wants it.
      Tensor beside = this.weights.getFirst();
      step = keep("step", zeros(new long[0]).to(beside.device(), ScalarType.Float));
    }
  }

  private static boolean isHalf(Tensor weight) {
    ScalarType type = weight.scalar_type().intern();
    return type.equals(ScalarType.BFloat16) || type.equals(ScalarType.Half);
  }

  private Tensor keep(String name, Tensor tensor) {
    state.put(name, tensor);
    return tensor.retainReference();
  }

  /** Steps along the gradients in the weights, and takes them away. */
  void step() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false);
        TensorList none = TensorList.of(List.of());
        TensorList steps = TensorList.of(Collections.nCopies(weights.size(), step));
        TensorList values = TensorList.of(precise);
        TensorList gradients = TensorList.of(weights.stream().map(OwnAdam::gradient).toList());
        TensorList m = TensorList.of(first);
        TensorList v = TensorList.of(second)) {
      step.add_(new Scalar(1));
      FusedStep.adam(
          FusedStep.Decay.DECOUPLED,
          values,
          gradients,
          m,
          v,
          none,
          steps,
          lr,
          BETA1,
          BETA2,
          0,
          EPS,
          false);
      for (int i = 0; i < weights.size(); i++) {
        Tensor weight = weights.get(i);
        weight.mutable_grad().reset();
        if (isHalf(weight)) {
          weight.copy_(precise.get(i));
        }
      }
    }
  }

  private static Tensor gradient(Tensor weight) {
    return isHalf(weight) ? weight.grad().to(ScalarType.Float) : weight.grad();
  }

  /**
   * Moments, weights in float32 where they are beside those given, and the number of steps, by
   * name.
   */
  SequencedMap<String, Tensor> state() {
    return state;
  }

  @Override
  public void close() {
    precise.forEach(Tensor::releaseReference);
    state.values().forEach(Tensor::releaseReference);
  }
}
