package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.State;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A place in the tree of a network that is put together of weights of others: layers take their
 * tensors here by the dotted names of the original state dict. What was taken is frozen.
 */
record Shelf(WeightSource source, State state, String prefix) {

  static Shelf root(WeightSource source, State state) {
    return new Shelf(source, state, "");
  }

  Shelf at(Object child) {
    return new Shelf(source, state, prefix + child + ".");
  }

  Tensor take(String name, long... shape) {
    Tensor tensor = source.tensor(prefix + name, shape);
    state.addFrozen(prefix + name, tensor);
    return tensor;
  }

  /** A weight as the optional argument of an operator. */
  TensorOptional optional(String name, long... shape) {
    return state.optional(take(name, shape));
  }

  /** A linear layer with bias. */
  Linear linear(long in, long out) {
    return Linear.of(take("weight", out, in), optional("bias", out));
  }

  /** A linear layer with bias whose weight is stored as a 1×1 convolution, [out, in, 1, 1]. */
  Linear pixelwise(long in, long out) {
    Tensor filters = source.tensor(prefix + "weight", out, in, 1, 1);
    Tensor weight = filters.defined() ? filters.view(out, in) : filters;
    state.addFrozen(prefix + "weight", weight);
    return Linear.of(weight, optional("bias", out));
  }

  TensorOptional nothing() {
    return state.keep(new TensorOptional());
  }
}
