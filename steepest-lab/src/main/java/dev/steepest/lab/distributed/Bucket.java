package dev.steepest.lab.distributed;

import dev.steepest.optim.Parameter;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Flat memory in which the gradients of some parameters travel together, and a mark for each that
 * says how many members have one. While it is under way and afterwards, gradients are views of it.
 */
final class Bucket implements AutoCloseable {
  /**
   * Gradients begin at multiples of so many elements, as vector units like it: 64 bytes of fp32.
   */
  private static final long ALIGNMENT = 16;

  private static final Scalar ONE = new Scalar(1.0).retainReference();

  private final List<Parameter> parameters;
  private final long[] offsets;
  private final long marks;
  private final Tensor flat;
  private final boolean[] filled;
  private int missing;
  private Optional<Travel> travel = Optional.empty();

  /**
   * @param parameters of one type and device, whose memory is dense
   */
  Bucket(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
    offsets = new long[parameters.size()];
    filled = new boolean[parameters.size()];
    missing = parameters.size();
    long end = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = end;
      end += Math.ceilDiv(parameters.get(i).tensor().numel(), ALIGNMENT) * ALIGNMENT;
    }
    marks = end;
    Tensor like = parameters.getFirst().tensor();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      TensorOptions options =
          new TensorOptions(like.scalar_type().intern()).device(new DeviceOptional(like.device()));
      flat = torch.zeros(new long[] {marks + offsets.length}, options).retainReference();
    }
  }

  List<Parameter> parameters() {
    return parameters;
  }

  long bytes() {
    return flat.nbytes();
  }

  boolean isFull() {
    return missing == 0;
  }

  boolean isUnderWay() {
    return travel.isPresent();
  }

  /** Takes in the gradient of one parameter, which is final in this member; 0 if it has none. */
  void fill(int index) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor parameter = parameters.get(index).tensor();
      Tensor gradient = parameter.grad();
      Tensor slot = slot(index);
      Tensor mark = flat.narrow(0, marks + index, 1);
      if (gradient.defined()) {
        slot.copy_(gradient);
        mark.fill_(ONE);
        parameter.mutable_grad().put(slot);
      } else {
        slot.zero_();
        mark.zero_();
      }
    }
    filled[index] = true;
    missing--;
  }

  /** A parameter's place, with its shape and layout. */
  private Tensor slot(int index) {
    Tensor parameter = parameters.get(index).tensor();
    return flat.as_strided(
        parameter.sizes(), parameter.strides(), new LongOptional(offsets[index]));
  }

  /** Fills what is missing and begins the journey. */
  void start(Team team) {
    for (int i = 0; i < filled.length; i++) {
      if (!filled[i]) {
        fill(i);
      }
    }
    travel = Optional.of(team.startSum(flat));
  }

  /** Waits for the sum; parameters that any member has a gradient of have it then. */
  void finish() {
    try (Travel arriving = travel.orElseThrow()) {
      arriving.await();
    }
    travel = Optional.empty();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (int i = 0; i < filled.length; i++) {
        Tensor parameter = parameters.get(i).tensor();
        if (!parameter.grad().defined()
            && flat.narrow(0, marks + i, 1).to(ScalarType.Double).item_double() > 0) {
          parameter.mutable_grad().put(slot(i));
        }
        filled[i] = false;
      }
    }
    missing = filled.length;
  }

  @Override
  public void close() {
    travel.ifPresent(Travel::close);
    flat.releaseReference();
  }
}
