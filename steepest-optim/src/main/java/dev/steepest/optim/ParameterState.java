package dev.steepest.optim;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.empty_like;
import static org.bytedeco.pytorch.global.torch.eye;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One parameter in an optimizer: its value and gradient in this step and what its rule keeps for
 * it.
 *
 * <p>A parameter in half precision is updated in float32: value and gradient are widened copies,
 * buffers are float32, and the result is rounded once, as {@link HalfPrecision} says. So every rule
 * works on every type.
 */
public final class ParameterState implements Elements {

  private final Parameter parameter;
  private final Noise noise;
  private final Rounding rounding;

  /** Who holds the master copy, if there is one: the state of the parameter's rule. */
  private final ParameterState owner;

  /** Who keeps this state, so that each rounds by bits of its own. */
  private final String keeper;

  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private Numbers numbers = new Numbers(Map.of());
  private Map<String, Tensor> shared = Map.of();
  private long step;
  private double lr;
  private Tensor value;
  private Tensor gradient;
  private Tensor before;

  ParameterState(Parameter parameter, Noise noise, HalfPrecision half) {
    this.parameter = parameter;
    this.noise = noise;
    this.rounding = Rounding.of(parameter, half);
    this.owner = this;
    this.keeper = "rule";
  }

  /** A wrapper's state of a parameter beside that of its rule. */
  ParameterState(ParameterState ofRule, String wrapper) {
    this.keeper = wrapper;
    this.parameter = ofRule.parameter;
    this.noise = ofRule.noise;
    this.rounding = ofRule.rounding;
    this.owner = ofRule;
  }

  public Parameter parameter() {
    return parameter;
  }

  @Override
  public Tensor value() {
    if (value == null) {
      value = rounding.open(parameter.tensor(), this::master);
    }
    return value;
  }

  @Override
  public Tensor gradient() {
    if (gradient == null) {
      gradient = rounding.widen(parameter.tensor().grad());
    }
    return gradient;
  }

  @Override
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

  @Override
  public double number(String name) {
    return numbers.get(name);
  }

  @Override
  public Tensor shared(String name) {
    Tensor found = shared.get(name);
    if (found == null) {
      throw new NoSuchElementException(
          "the rule's survey found no '" + name + "', only " + shared.keySet());
    }
    return found;
  }

  @Override
  public long step() {
    return step;
  }

  /** This step's learning rate of the parameter's group. */
  public double lr() {
    return lr;
  }

  /**
   * The value as it was before the rules, for a wrapper that is a {@link Wrapper.SeesChange}; as
   * wide as {@link #value()}.
   */
  public Tensor before() {
    if (before == null) {
      throw new IllegalStateException(
          "no copy of '"
              + parameter.name()
              + "' was kept: only a Wrapper.SeesChange may ask, and only after the rules");
    }
    return rounding == Rounding.NONE ? before : before.to(ScalarType.Float);
  }

  /**
   * The running sum or average of gradients that the parameter's rule steps along: what it keeps as
   * {@link Buffer#MOMENTUM}. Empty where it keeps none, or has not yet. For wrappers.
   */
  public Optional<Tensor> momentum() {
    return Optional.ofNullable(owner.buffers.get(Buffer.MOMENTUM));
  }

  /** What the rule counts for this parameter. */
  public Numbers numbers() {
    return numbers;
  }

  /**
   * Standard normal numbers for this update of this parameter, as wide as its buffers and on its
   * device.
   */
  public Tensor normal(String what, long... shape) {
    return noise.normal(parameter.name(), what, step, shape).to(wide(), false, false, format());
  }

  Rounding rounding() {
    return rounding;
  }

  /** Random 16-bit numbers for this update. */
  Tensor bits(long... shape) {
    return noise.bits(parameter.name(), keeper, step, shape);
  }

  /** What is kept for the parameter: its owner's buffers and whatever rounding needs. */
  List<Buffer> declared(List<Buffer> owners) {
    List<Buffer> all = new ArrayList<>(owners);
    if (owner == this) {
      rounding.buffer(parameter).ifPresent(all::add);
    }
    return all;
  }

  /** The master copy; before its rule has made one, what it would be. */
  private Tensor master() {
    Tensor master = owner.buffers.get(Rounding.MASTER);
    return master == null ? parameter.tensor().to(ScalarType.Float) : master;
  }

  boolean hasGradient() {
    return parameter.tensor().grad().defined();
  }

  /**
   * Refuses a gradient that could not be walked beside the value.
   *
   * @throws IllegalArgumentException naming the parameter
   */
  void requireFitting() {
    Tensor tensor = parameter.tensor();
    Tensor raw = tensor.grad();
    if (raw.is_sparse() || raw.nbytes() != tensor.nbytes()) {
      throw new IllegalArgumentException(
          "the gradient of '"
              + parameter.name()
              + "' is "
              + (raw.is_sparse() ? "sparse" : "of another size or number type than the parameter")
              + ": "
              + raw.toString()
              + "; make it dense and as the parameter, e.g. by an embedding without sparse=true");
    }
  }

  /** Lays buffers out as the parameter: someone may have given it memory of another format. */
  void alignBuffers() {
    Tensor tensor = parameter.tensor();
    for (Map.Entry<String, Tensor> kept : List.copyOf(buffers.entrySet())) {
      Tensor buffer = kept.getValue();
      if (!Shapes.sameOrder(tensor, buffer) && Shapes.of(tensor).equals(Shapes.of(buffer))) {
        replace(kept.getKey(), empty_like(tensor, wide(), format()).copy_(buffer));
      }
    }
  }

  boolean isEmpty() {
    return step == 0 && buffers.isEmpty();
  }

  Map<String, Tensor> buffers() {
    return buffers;
  }

  /** Counts the coming update; inside the step's pointer scope. */
  void begin(Rule rule, double stepLr) {
    advance();
    lr = stepLr;
    rule.count(numbers, step, lr);
  }

  void advance() {
    step++;
  }

  /**
   * Rounds a widened value back, if it was asked for; afterwards value and gradient are gone with
   * the step's pointer scope.
   */
  @Override
  public void end() {
    if (value != null && rounding != Rounding.NONE) {
      rounding.store(value, parameter.tensor(), this::bits);
    }
    drop();
  }

  /** Forgets what lives as long as the step's pointer scope only. */
  void drop() {
    value = null;
    gradient = null;
  }

  /** As {@link #end}, and rounds a widened gradient back too. */
  void endBoth() {
    if (rounding != Rounding.NONE && gradient != null && gradient.defined()) {
      parameter.tensor().grad().copy_(gradient);
    }
    end();
  }

  /** What holds the weights between steps: the master copy where there is one. */
  Tensor stored() {
    Tensor master = owner.buffers.get(Rounding.MASTER);
    return master == null ? parameter.tensor().detach() : master;
  }

  /** Puts the weights back to a copy of {@link #stored}. */
  void returnTo(Tensor copy) {
    stored().copy_(copy);
    if (owner.buffers.containsKey(Rounding.MASTER)) {
      parameter.tensor().copy_(copy);
    }
  }

  /** Remembers what the value was; null forgets it. */
  void before(Tensor copy) {
    before = copy;
  }

  /** Fills the buffers with their first content, kept beyond the current pointer scope. */
  void create(List<Buffer> owners, Map<String, Double> counted) {
    for (Buffer buffer : declared(owners)) {
      buffers.put(buffer.name(), first(buffer).retainReference());
    }
    numbers = new Numbers(counted);
  }

  /** Shows the parameter's rule what its survey has found. */
  void share(Map<String, Tensor> found) {
    shared = found;
  }

  /** Puts another tensor of the same content where a buffer was. */
  void replace(String name, Tensor buffer) {
    buffers.put(name, buffer.retainReference()).releaseReference();
  }

  void step(long count) {
    step = count;
  }

  void lr(double stepLr) {
    lr = stepLr;
  }

  void close() {
    buffers.values().forEach(Tensor::releaseReference);
    buffers.clear();
    step = 0;
  }

  private Tensor first(Buffer buffer) {
    Tensor like = parameter.tensor();
    long[] shape = buffer.shape().stream().mapToLong(Long::longValue).toArray();
    boolean alike = buffer.shape().equals(Shapes.of(like));
    Tensor made = alike ? empty_like(like, wide(), format()) : empty(shape, wide(), format());
    return switch (buffer.fill()) {
      case CONSTANT -> made.fill_(new Scalar(buffer.scale()));
      case PARAMETER -> made.copy_(like);
      case GAUSSIAN -> made.copy_(noise.normal(parameter.name(), buffer.name(), 0, shape));
      case IDENTITY -> made.copy_(eye(made.size(-1), wide())).mul_(new Scalar(buffer.scale()));
    };
  }

  /** The type that buffers have: the parameter's, float32 for a narrow one. */
  private TensorOptions wide() {
    Tensor like = parameter.tensor();
    return new TensorOptions(
            rounding == Rounding.NONE ? like.scalar_type().intern() : ScalarType.Float)
        .device(new DeviceOptional(like.device()));
  }

  private static MemoryFormatOptional format() {
    return new MemoryFormatOptional();
  }
}
