package dev.steepest.lab.model;

import dev.steepest.optim.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A differentiable function with named state.
 *
 * <p>The tensors belong to the network: they survive every {@link PointerScope} and are released by
 * {@link #close()}. What {@link #forward} returns belongs to the caller's scope. Not thread-safe.
 *
 * <p>{@link #to} moves the state in place: a {@link Parameter} handed out before stays valid.
 */
public abstract class Network implements AutoCloseable {
  private final State state;
  private Mode mode = Mode.TRAIN;
  private double progress;
  private Depths depths;
  private String origin = "";
  private Set<String> adopted = Set.of();

  /**
   * Takes over the state that the subclass has assembled.
   *
   * @param state all tensors in the order of the original state dict
   */
  protected Network(State state) {
    this.state = state;
  }

  /**
   * Computes the logits of a batch.
   *
   * @param x input of shape [batch, …] on the network's device
   * @return logits [batch, classes], owned by the caller's scope
   */
  public abstract Tensor forward(Tensor x);

  /**
   * Sets what part of the network follows from training data, before the first step; nothing for
   * most. A resumed run does not call it: the result is state.
   *
   * @param images training images as the network is fed them, without random changes: [N, C, H, W],
   *     float32, on the network's device
   */
  public void prepare(Tensor images) {}

  /** How many training images {@link #prepare} wants, the first of the training set; 0 for most. */
  public int preparationImages() {
    return 0;
  }

  /**
   * Leaves the gradient of a loss in the parameters. A network may compute a part of it itself.
   *
   * @param loss a scalar that was computed from what {@link #forward} returned last
   */
  public void backward(Tensor loss) {
    loss.backward();
  }

  /**
   * Whose kernels compute the forward and backward pass of training, where the network is now: for
   * the record, e.g. {@code libtorch}, and why where the settings asked for others.
   *
   * @param type that autocast computes in, float32 without it
   */
  public String kernels(ScalarType type) {
    return "libtorch";
  }

  /** Tells the network what share of the run's optimizer steps is done, 0 to 1. */
  public final void progress(double done) {
    progress = done;
  }

  /** What {@link #progress(double)} last said; 0 before. */
  protected final double progress() {
    return progress;
  }

  /** Switches to {@link Mode#TRAIN}, the mode of a new network. */
  public final void train() {
    mode = Mode.TRAIN;
  }

  /** Switches to {@link Mode#REPEAT}. */
  public final void repeat() {
    mode = Mode.REPEAT;
  }

  /** Switches to {@link Mode#EVAL}. */
  public final void eval() {
    mode = Mode.EVAL;
  }

  public final Mode mode() {
    return mode;
  }

  /** The trainable tensors in state order. */
  public final List<Parameter> parameters() {
    return state.parameters();
  }

  /** What is state but not trained, by name: the running statistics of batch normalisation. */
  public final SequencedMap<String, Tensor> buffers() {
    return state.buffers();
  }

  /**
   * The weights that are never trained, by name: moved and saved like the rest of the state,
   * without gradient, in no optimizer. Empty for most networks.
   */
  public final SequencedMap<String, Tensor> frozen() {
    return state.frozen();
  }

  /** Parameters, frozen weights and buffers, interleaved as in the original state dict. */
  public final SequencedMap<String, Tensor> state() {
    return state.tensors();
  }

  /**
   * Says which parameters are trained from now on: all, in a new network. The others want no
   * gradient, and a batch norm of which nothing is trained normalises with its running statistics
   * in every mode and keeps them.
   *
   * @param trained whether the parameter of a name is
   */
  public final void setTrained(Predicate<String> trained) {
    parameters().forEach(p -> p.tensor().requires_grad_(trained.test(p.name())));
    state.norms().forEach(BatchNorm::follow);
  }

  /** Layers from the input to the head, each with parameters; at least 1. */
  public final int depth() {
    return depths().count();
  }

  /**
   * Which layer a parameter is in: 0 is the stem, {@link #depth()} − 1 the head; the blocks between
   * are counted in order, each with its norms.
   *
   * @throws IllegalArgumentException if there is no parameter of this name
   */
  public final int depth(String parameter) {
    return depths().of(parameter);
  }

  private Depths depths() {
    if (depths == null) {
      depths = new Depths(parameters(), this::layer);
    }
    return depths;
  }

  /**
   * The layer that a parameter is in, for {@link #depth(String)}: any text that its other
   * parameters have in common.
   */
  protected String layer(String parameter) {
    return Depths.layer(parameter);
  }

  /** Number of trainable scalars. */
  public final long count() {
    return parameters().stream().mapToLong(p -> p.tensor().numel()).sum();
  }

  /**
   * Copies values into the state, converting type and device.
   *
   * @param values a tensor of the same shape for every name in {@link #state()}, and no other
   * @throws IllegalArgumentException naming every missing, unknown and misshapen entry
   */
  public final void load(Map<String, Tensor> values) {
    var problems = new ArrayList<String>();
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      state().forEach((name, tensor) -> problems.addAll(mismatch(name, tensor, values.get(name))));
      values.keySet().stream()
          .filter(name -> !state().containsKey(name))
          .forEach(name -> problems.add("unknown " + name));
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            "The state does not fit "
                + getClass().getSimpleName()
                + ": "
                + problems.stream().limit(8).collect(Collectors.joining("; "))
                + (problems.size() > 8 ? "; and " + (problems.size() - 8) + " more" : "")
                + ". Load it into a network of the settings that it was saved from.");
      }
      state().forEach((name, tensor) -> tensor.copy_(values.get(name)));
    }
  }

  /**
   * Takes values that another network learned into a part of the state. What is taken is not
   * computed from data again: see {@link #owesPreparation}.
   *
   * @param values a tensor of the same shape for some names in {@link #state()}
   * @param source where they come from, e.g. a file's checksum: a run that is resumed must have the
   *     same
   * @throws IllegalArgumentException naming every unknown and misshapen entry
   */
  public final void adopt(Map<String, Tensor> values, String source) {
    try (PointerScope _ = new PointerScope()) {
      Map<String, Tensor> all = new LinkedHashMap<>(state());
      all.putAll(values);
      load(all);
    }
    origin = source;
    adopted = Set.copyOf(values.keySet());
  }

  /** Where values of the state come from; empty if all began from the seed. */
  public final String origin() {
    return origin;
  }

  /** Whether {@link #prepare} is to be called before the first step. */
  public final boolean owesPreparation() {
    return preparationImages() > 0 && !adopted.containsAll(frozen().keySet());
  }

  private static List<String> mismatch(String name, Tensor mine, Tensor other) {
    if (other == null) {
      return List.of("missing " + name);
    }
    return Arrays.equals(State.shape(mine), State.shape(other))
        ? List.of()
        : List.of(
            "%s has shape %s, expected %s"
                .formatted(
                    name, Arrays.toString(State.shape(other)), Arrays.toString(State.shape(mine))));
  }

  /**
   * Moves the whole state, in place.
   *
   * @param device where it shall live
   * @param dtype {@code Float} (training) or {@code Double} (reference checks); lower precision is
   *     the business of autocast, which keeps these as masters. Integer buffers keep their type
   * @return this network
   */
  public final Network to(Device device, ScalarType dtype) {
    ScalarType type = dtype.intern(); // the native enum comes as a fresh object each time
    if (type != ScalarType.Float && type != ScalarType.Double) {
      throw new IllegalArgumentException(
          "A network's state is Float or Double, not "
              + type
              + ". For bf16 or fp16 keep Float and run the forward pass under autocast.");
    }
    state.move(device, type);
    return this;
  }

  /** Releases all tensors; the network and its parameters are unusable afterwards. */
  @Override
  public void close() {
    state.close();
  }
}
