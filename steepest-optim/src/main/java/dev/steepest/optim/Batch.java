package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.empty_like;
import static org.bytedeco.pytorch.global.torch.scalar_tensor;

import dev.steepest.tensor.TensorList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a group that are updated together: all of one type, on one device, with one
 * step count.
 *
 * <p>It lives as long as the same parameters get gradients, and so do the argument lists that it
 * builds for fused calls.
 */
public final class Batch {

  private final List<ParameterState> members;
  private final boolean dense;
  private final boolean narrow;
  private final Map<String, TensorList> lists = new HashMap<>();
  private final List<TensorList> passing = new ArrayList<>();
  private Tensor step;

  Batch(List<ParameterState> members) {
    this.members = List.copyOf(members);
    this.narrow = members.getFirst().isNarrow();
    this.dense = members.stream().allMatch(member -> isDense(member.parameter().tensor()));
  }

  public List<ParameterState> members() {
    return members;
  }

  /** The members as elements that need not know of each other, in as few pieces as is fast. */
  public List<? extends Elements> blocks() {
    return members;
  }

  /** The number of this update, from 1; the same for all members. */
  public long step() {
    return members.getFirst().step();
  }

  /**
   * Whether kernels that walk raw memory may be used: every value fills its memory without gaps or
   * overlap.
   */
  public boolean isDense() {
    return dense;
  }

  /** The weights. */
  public TensorList values() {
    // Widened copies are new in every step.
    return narrow
        ? passing(members.stream().map(ParameterState::value).toList())
        : lasting("value", () -> members.stream().map(ParameterState::value).toList());
  }

  /** This step's gradients, each laid out as its value. */
  public TensorList gradients() {
    return passing(members.stream().map(Batch::alignedGradient).toList());
  }

  /** What every member keeps under {@code name}. */
  public TensorList buffers(String name) {
    return lasting(
        "buffer " + name, () -> members.stream().map(member -> member.buffer(name)).toList());
  }

  /** No tensors. */
  public TensorList none() {
    return lasting("none", List::of);
  }

  /** The step number as one float32 scalar per member. */
  public TensorList steps() {
    if (step == null) {
      Tensor first = members.getFirst().value();
      step = scalar_tensor(new Scalar(0f)).to(first.device(), ScalarType.Float).retainReference();
    }
    step.fill_(new Scalar((float) step()));
    return lasting("step", () -> members.stream().map(_ -> step).toList());
  }

  void close() {
    endStep();
    lists.values().forEach(TensorList::close);
    lists.clear();
    if (step != null) {
      step.releaseReference();
      step = null;
    }
  }

  /** Frees what was built for this step only. */
  void endStep() {
    passing.forEach(TensorList::close);
    passing.clear();
  }

  private TensorList passing(List<Tensor> tensors) {
    TensorList list = TensorList.of(tensors);
    passing.add(list);
    return list;
  }

  private TensorList lasting(String key, Supplier<List<Tensor>> tensors) {
    return lists.computeIfAbsent(key, _ -> TensorList.of(tensors.get()));
  }

  private static Tensor alignedGradient(ParameterState member) {
    Tensor value = member.value();
    Tensor gradient = member.gradient();
    boolean alike =
        (value.is_contiguous() && gradient.is_contiguous())
            || Shapes.strides(value).equals(Shapes.strides(gradient));
    return alike ? gradient : empty_like(value).copy_(gradient);
  }

  private static boolean isDense(Tensor tensor) {
    return tensor.is_contiguous() || tensor.is_non_overlapping_and_dense();
  }
}
