package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.empty_like;
import static org.bytedeco.pytorch.global.torch.scalar_tensor;

import dev.steepest.tensor.TensorList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a group that are updated together: all of one type, on one device, with one
 * step count and the same numbers.
 *
 * <p>Where the rule is {@link ElementWise}, small parameters are packed end to end. A batch lives
 * as long as the same parameters get gradients, and so do its packs and the argument lists that it
 * builds for fused calls. Which parameters are packed depends on nothing but who has a gradient, so
 * that a resumed run computes the same.
 */
public final class Batch {

  /**
   * Up to this many elements, copying a gradient costs less than the calls that it saves (measured,
   * 2 cores: 64 KB take as long to copy as ten calls).
   */
  private static final long SMALL = 16_384;

  /** A pack is closed when it has this many elements: 1 MB of float32, the size of a core's L2. */
  private static final long FULL = 262_144;

  /**
   * A larger parameter is cut into slices of this many elements: seven operations over 10 million
   * take 7.0 ms so, 9.1 in one piece (measured, 2 cores).
   */
  private static final long SLICE = 524_288;

  private final List<ParameterState> members;
  private final List<Pack> packs = new ArrayList<>();
  private final List<ParameterState> unpacked = new ArrayList<>();
  private final boolean packed;
  private final boolean dense;
  private final boolean narrow;
  private final Map<String, TensorList> lists = new HashMap<>();
  private final List<TensorList> passing = new ArrayList<>();
  private Tensor step;

  Batch(List<ParameterState> members, boolean packed) {
    this.members = List.copyOf(members);
    this.narrow = members.getFirst().rounding() != Rounding.NONE;
    this.dense = members.stream().allMatch(member -> isDense(member.parameter().tensor()));
    this.packed = packed;
    if (packed) {
      pack();
    } else {
      unpacked.addAll(members);
    }
  }

  public List<ParameterState> members() {
    return members;
  }

  /** Does something with every member; what it leaves behind is freed member by member. */
  public void eachMember(Consumer<ParameterState> deed) {
    members.forEach(member -> inScope(member, deed));
  }

  /**
   * Does something with all elements of an element-wise rule, in as few pieces as is fast; what it
   * leaves behind is freed piece by piece.
   */
  public void eachPiece(Consumer<Elements> deed) {
    packs.forEach(pack -> inScope(pack, deed));
    unpacked.forEach(member -> inScope(member, whole -> eachSlice(whole, deed)));
  }

  /** The number of this update, from 1; the same for all members. */
  public long step() {
    return members.getFirst().step();
  }

  /** What the rule has counted under this name; the same for all members. */
  public double number(String name) {
    return members.getFirst().number(name);
  }

  /**
   * Whether kernels that walk raw memory may be used: every value fills its memory without gaps or
   * overlap.
   */
  public boolean isDense() {
    return dense;
  }

  /** The weights, piece by piece. */
  public TensorList values() {
    // Widened copies are new in every step.
    return narrow
        ? passing(pieces().stream().map(Elements::value).toList())
        : lasting("value", () -> pieces().stream().map(Elements::value).toList());
  }

  /** This step's gradients, each laid out as its value. */
  public TensorList gradients() {
    List<Tensor> gradients = new ArrayList<>();
    packs.forEach(pack -> gradients.add(pack.gradient()));
    unpacked.forEach(member -> gradients.add(alignedGradient(member)));
    return passing(gradients);
  }

  /** What every piece keeps under {@code name}. */
  public TensorList buffers(String name) {
    return lasting(
        "buffer " + name, () -> pieces().stream().map(piece -> piece.buffer(name)).toList());
  }

  /** No tensors. */
  public TensorList none() {
    return lasting("none", List::of);
  }

  /** The step number as one float32 scalar per piece. */
  public TensorList steps() {
    if (step == null) {
      Tensor first = members.getFirst().parameter().tensor();
      step = scalar_tensor(new Scalar(0f)).to(first.device(), ScalarType.Float).retainReference();
    }
    step.fill_(new Scalar((float) step()));
    return lasting("step", () -> pieces().stream().map(_ -> step).toList());
  }

  /** Whether the packs still hold their members' values. */
  boolean isIntact() {
    return packs.stream().allMatch(Pack::isIntact);
  }

  /** Brings this step's gradients together; everything that the step will read of them. */
  List<Tensor> gather() {
    List<Tensor> raw = new ArrayList<>();
    for (Pack pack : packs) {
      pack.gather();
      raw.add(pack.rawGradient());
    }
    unpacked.forEach(member -> raw.add(member.parameter().tensor().grad()));
    return raw;
  }

  /** The members' states exist and their step has been counted. */
  void begin() {
    packs.forEach(Pack::adoptBuffers);
    if (packed) {
      unpacked.forEach(ParameterState::alignBuffers);
    }
  }

  /** Rounds what is not yet stored and frees what was built for this step only. */
  void end() {
    pieces().forEach(Elements::end);
    drop();
  }

  /** Frees what was built for this step only. */
  void drop() {
    packs.forEach(Pack::drop);
    members.forEach(ParameterState::drop);
    passing.forEach(TensorList::close);
    passing.clear();
  }

  void close() {
    drop();
    lists.values().forEach(TensorList::close);
    lists.clear();
    packs.forEach(Pack::close);
    if (step != null) {
      step.releaseReference();
      step = null;
    }
  }

  private List<Elements> pieces() {
    List<Elements> pieces = new ArrayList<>(packs);
    pieces.addAll(unpacked);
    return pieces;
  }

  private void pack() {
    List<ParameterState> open = new ArrayList<>();
    long elements = 0;
    for (ParameterState member : members) {
      Tensor tensor = member.parameter().tensor();
      if (tensor.numel() > SMALL || !isDense(tensor)) {
        unpacked.add(member);
        continue;
      }
      open.add(member);
      elements += tensor.numel();
      if (elements >= FULL) {
        packs.add(new Pack(open));
        open = new ArrayList<>();
        elements = 0;
      }
    }
    if (open.size() > 1) {
      packs.add(new Pack(open));
    } else {
      unpacked.addAll(open);
    }
  }

  private static void eachSlice(ParameterState whole, Consumer<Elements> deed) {
    Tensor value = whole.value();
    long elements = value.numel();
    if (elements < 2 * SLICE || !value.is_cpu() || !isAlike(value, whole.gradient())) {
      deed.accept(whole);
      return;
    }
    for (long from = 0; from < elements; from += SLICE) {
      inScope(new Slice(whole, from, Math.min(SLICE, elements - from)), deed);
    }
  }

  private static <E extends Elements> void inScope(E elements, Consumer<? super E> deed) {
    try (PointerScope _ = new PointerScope()) {
      deed.accept(elements);
      elements.end();
    }
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
    return isAlike(value, gradient) ? gradient : empty_like(value).copy_(gradient);
  }

  /** Whether two tensors of one shape fill their memory in the same order. */
  private static boolean isAlike(Tensor a, Tensor b) {
    return isDense(a) && Shapes.sameOrder(a, b);
  }

  static boolean isDense(Tensor tensor) {
    return tensor.is_contiguous() || tensor.is_non_overlapping_and_dense();
  }
}
