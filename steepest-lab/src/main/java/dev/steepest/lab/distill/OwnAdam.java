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
 */
final class OwnAdam implements AutoCloseable {
  private static final double BETA1 = .9;
  private static final double BETA2 = .999;
  private static final double EPS = 1e-8;

  private final double lr;
  private final List<Tensor> weights;
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
        first.add(keep(name + "/first_moment", zeros_like(weight)));
        second.add(keep(name + "/second_moment", zeros_like(weight)));
      });
      // The number of steps lies beside the weights, as the fused kernel wants it.
      Tensor beside = this.weights.getFirst();
      step = keep("step", zeros(new long[0]).to(beside.device(), ScalarType.Float));
    }
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
        TensorList values = TensorList.of(weights);
        TensorList gradients = TensorList.of(weights.stream().map(Tensor::grad).toList());
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
      weights.forEach(weight -> weight.mutable_grad().reset());
    }
  }

  /** Moments and the number of steps, by name. */
  SequencedMap<String, Tensor> state() {
    return state;
  }

  @Override
  public void close() {
    state.values().forEach(Tensor::releaseReference);
  }
}
