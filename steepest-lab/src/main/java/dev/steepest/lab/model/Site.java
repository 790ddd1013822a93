package dev.steepest.lab.model;

import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A place in the tree of a network under construction: layers register their tensors here and get
 * the dotted names of the original state dict.
 *
 * @param state where the tensors go
 * @param init where their values come from
 * @param prefix dotted path with its final dot, or empty at the root
 */
public record Site(State state, Initializer init, String prefix) {

  public static Site root(long seed) {
    return new Site(new State(), new Initializer(seed), "");
  }

  public Site at(Object child) {
    return new Site(state, init, prefix + child + ".");
  }

  public Tensor parameter(String name, Role role, Tensor initial) {
    return add(new Parameter(prefix + name, role, initial));
  }

  /** A weight of several equal row blocks that act as matrices of their own, e.g. q, k and v. */
  public Tensor blocks(String name, Role role, int blocks, Tensor initial) {
    return add(new Parameter(prefix + name, role, initial, blocks));
  }

  private Tensor add(Parameter parameter) {
    state.add(parameter);
    return parameter.tensor();
  }

  public Tensor buffer(String name, Tensor initial) {
    state.addBuffer(prefix + name, initial);
    return initial;
  }

  /** A weight that is state, but is not trained: see {@link Network#frozen()}. */
  public Tensor frozen(String name, Tensor initial) {
    state.addFrozen(prefix + name, initial);
    return initial;
  }

  /** A norm whose statistics stand still while nothing of it is trained. */
  public void norm(BatchNorm norm) {
    state.addNorm(norm);
  }

  /** A table that moves with the network but is not stored with it. */
  public Tensor constant(Tensor table) {
    return state.addConstant(table);
  }

  public TensorOptional optional(Tensor tensor) {
    return state.optional(tensor);
  }

  public <P extends Pointer> P keep(P pointer) {
    return state.keep(pointer);
  }
}
