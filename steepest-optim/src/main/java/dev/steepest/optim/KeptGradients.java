package dev.steepest.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * What {@link Rule.KeepsGradient} rules had in their gradients when the last step ended. Such a
 * gradient cannot be cleared and computed anew, nor a bad one thrown away, unless one knows what it
 * held before; a copy is kept only where that may be asked for.
 */
final class KeptGradients implements AutoCloseable {

  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<Parameter, Tensor> copies = new HashMap<>();

  /** For the groups whose rule keeps its gradient. */
  KeptGradients(List<GroupSteps> groups) {
    for (GroupSteps group : groups) {
      if (group.rule() instanceof Rule.KeepsGradient) {
        group.states().forEach(state -> parameters.add(state.parameter()));
      }
    }
  }

  /** Copies the gradients as a step, or a loaded state, has left them. */
  void remember() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (Parameter parameter : parameters) {
        Tensor gradient = parameter.tensor().grad();
        Tensor copy = copies.get(parameter);
        if (!gradient.defined()) {
          if (copy != null) {
            copies.remove(parameter).releaseReference();
          }
        } else if (copy == null) {
          copies.put(parameter, gradient.clone().retainReference());
        } else {
          copy.copy_(gradient);
        }
      }
    }
  }

  /** Takes away what was there before: the gradients are this step's own. */
  void leaveThisStepsShare() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (Parameter parameter : parameters) {
        Tensor gradient = parameter.tensor().grad();
        Tensor copy = copies.get(parameter);
        if (gradient.defined() && copy != null) {
          gradient.sub_(copy);
        }
      }
    }
  }

  /** Puts back what was there before; undefined where there was nothing. */
  void restore() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (Parameter parameter : parameters) {
        Tensor gradient = parameter.tensor().grad();
        Tensor copy = copies.get(parameter);
        if (copy == null) {
          parameter.tensor().mutable_grad().reset();
        } else if (gradient.defined()) {
          gradient.copy_(copy);
        } else {
          parameter.tensor().mutable_grad().put(copy.clone());
        }
      }
    }
  }

  long bytes() {
    return copies.values().stream().mapToLong(Tensor::nbytes).sum();
  }

  @Override
  public void close() {
    copies.values().forEach(Tensor::releaseReference);
    copies.clear();
  }
}
