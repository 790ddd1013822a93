package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.zeros;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import dev.steepest.tensor.Seeds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One parameter in an optimizer: its value and gradient in this step and what its rule keeps for
 * it.
 *
 * <p>A parameter in half precision is updated in float32: value and gradient are widened copies,
 * buffers are float32, and the result is rounded once. So every rule works on every type.
 */
public final class ParameterState {

  private final Parameter parameter;
  private final long seed;
  private final boolean narrow;
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private long step;
  private Tensor value;
  private Tensor gradient;

  ParameterState(Parameter parameter, long optimizerSeed) {
    this.parameter = parameter;
    this.seed = Seeds.derive(optimizerSeed, parameter.name());
    ScalarType type = parameter.tensor().scalar_type().intern();
    this.narrow = type == ScalarType.BFloat16 || type == ScalarType.Half;
  }

  public Parameter parameter() {
    return parameter;
  }

  /** The weights, to be changed in place. */
  public Tensor value() {
    return value;
  }

  /** This step's gradient, shaped as the value; not to be changed. */
  public Tensor gradient() {
    return gradient;
  }

  /** What was kept under this name, to be changed in place. */
  public Tensor buffer(String name) {
    Tensor buffer = buffers.get(name);
    if (buffer == null) {
      throw new NoSuchElementException(
          "the rule of parameter '"
              + parameter.name()
              + "' declares no buffer '"
              + name
              + "', only "
              + buffers.keySet());
    }
    return buffer;
  }

  /** The number of this update of this parameter, from 1. */
  public long step() {
    return step;
  }

  /** A seed that only this parameter has: from the optimizer's seed and the parameter's name. */
  public long seed() {
    return seed;
  }

  /** Whether the step works on widened copies. */
  boolean isNarrow() {
    return narrow;
  }

  boolean hasGradient() {
    return parameter.tensor().grad().defined();
  }

  boolean isEmpty() {
    return step == 0 && buffers.isEmpty();
  }

  Map<String, Tensor> buffers() {
    return buffers;
  }

  /** Makes value and gradient ready and counts the step; inside the step's pointer scope. */
  void begin(Rule rule) {
    if (isEmpty()) {
      create(rule);
    }
    step++;
    Tensor tensor = parameter.tensor();
    Tensor raw = tensor.grad();
    value = narrow ? tensor.to(ScalarType.Float) : tensor;
    gradient = narrow ? raw.to(ScalarType.Float) : raw;
  }

  /**
   * Rounds a widened value back; afterwards value and gradient are gone with the step's pointer
   * scope.
   */
  void end() {
    if (narrow) {
      parameter.tensor().copy_(value);
    }
    value = null;
    gradient = null;
  }

  /** Fills the buffers with their first content, kept beyond the current pointer scope. */
  void create(Rule rule) {
    for (Buffer buffer : rule.buffers(parameter)) {
      buffers.put(buffer.name(), first(buffer).retainReference());
    }
  }

  void step(long count) {
    step = count;
  }

  void close() {
    buffers.values().forEach(Tensor::releaseReference);
    buffers.clear();
    step = 0;
  }

  private Tensor first(Buffer buffer) {
    Tensor like = parameter.tensor();
    TensorOptions wide =
        new TensorOptions(narrow ? ScalarType.Float : like.scalar_type().intern())
            .device(new DeviceOptional(like.device()));
    long[] shape = buffer.shape().stream().mapToLong(Long::longValue).toArray();
    if (buffer.fill() == Buffer.Fill.GAUSSIAN) {
      return Seeds.normal(Seeds.derive(seed, buffer.name()), shape)
          .to(wide, false, false, new MemoryFormatOptional());
    }
    return buffer.shape().equals(Shapes.of(like))
        ? zeros_like(like, wide, new MemoryFormatOptional())
        : zeros(shape, wide);
  }
}
