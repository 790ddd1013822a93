package dev.steepest.lab.model;

import dev.steepest.optim.Parameter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The named tensors of one network, in state-dict order, and every native handle it keeps. */
public final class State implements AutoCloseable {
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> buffers = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> frozen = new LinkedHashMap<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<BatchNorm> norms = new ArrayList<>();
  private final List<Tensor> constants = new ArrayList<>();
  private final Deque<Pointer> kept = new ArrayDeque<>();

  public List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  public SequencedMap<String, Tensor> buffers() {
    return Collections.unmodifiableSequencedMap(buffers);
  }

  public SequencedMap<String, Tensor> frozen() {
    return Collections.unmodifiableSequencedMap(frozen);
  }

  public SequencedMap<String, Tensor> tensors() {
    return Collections.unmodifiableSequencedMap(tensors);
  }

  public void add(Parameter parameter) {
    enter(parameter.name(), parameter.tensor().requires_grad_(true));
    parameters.add(parameter);
  }

  public void addBuffer(String name, Tensor tensor) {
    enter(name, tensor);
    buffers.put(name, tensor);
  }

  /** A weight of the original that no optimizer moves. */
  public void addFrozen(String name, Tensor tensor) {
    enter(name, tensor);
    frozen.put(name, tensor);
  }

  public void addNorm(BatchNorm norm) {
    norms.add(norm);
  }

  public List<BatchNorm> norms() {
    return Collections.unmodifiableList(norms);
  }

  /** A table that follows {@link #move} but is no state: it can be computed from the settings. */
  public Tensor addConstant(Tensor tensor) {
    constants.add(keep(tensor));
    return tensor;
  }

  private void enter(String name, Tensor tensor) {
    if (tensors.put(name, keep(tensor)) != null) {
      throw new IllegalStateException("Two tensors are named " + name + ".");
    }
  }

  /** Keeps a handle alive beyond the scope in which it was made, until {@link #close()}. */
  public <P extends Pointer> P keep(P pointer) {
    pointer.retainReference();
    kept.push(pointer);
    return pointer;
  }

  /** The tensor as the optional argument of an operator; it follows {@link #move}. */
  public TensorOptional optional(Tensor tensor) {
    return keep(new TensorOptional(tensor));
  }

  public void move(Device device, ScalarType dtype) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      tensors.values().forEach(tensor -> move(tensor, device, dtype));
      constants.forEach(tensor -> move(tensor, device, dtype));
    }
  }

  private static void move(Tensor tensor, Device device, ScalarType dtype) {
    boolean floating = tensor.is_floating_point();
    tensor.mutable_grad().reset();
    // The new storage goes under the same tensor, so that every holder of it follows.
    tensor.set_data(tensor.to(device, floating ? dtype : tensor.scalar_type()));
  }

  public static long[] shape(Tensor tensor) {
    long[] shape = new long[(int) tensor.dim()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.size(i);
    }
    return shape;
  }

  @Override
  public void close() {
    while (!kept.isEmpty()) {
      kept.pop().releaseReference();
    }
  }
}
