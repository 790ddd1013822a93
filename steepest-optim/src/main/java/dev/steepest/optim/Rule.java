package dev.steepest.optim;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * One algorithm that changes parameters from their gradients.
 *
 * <p>A rule is an immutable record: its components are its hyper-parameters, each with a {@link
 * Knob}, and its class carries a {@link Source}. It holds no tensors; what it keeps between steps
 * it declares in {@link #buffers} and {@link #numbers} and finds in {@link ParameterState}. A
 * record that implements this interface in a package named {@code dev.steepest.optim.rule} anywhere
 * on the class path is found by {@link Rules} without being listed; a static method {@code
 * List<Preset> presets()} in it adds presets.
 *
 * <p>Everything that touches tensors runs without autograd, inside a pointer scope: every
 * intermediate tensor is freed when it returns. The gradient must not be changed, unless the rule
 * is a {@link KeepsGradient}.
 */
public interface Rule {

  /** The group's own learning rate, before the schedule's factor. */
  double lr();

  /** What the rule keeps for {@code parameter}, in the order of the source. */
  default List<Buffer> buffers(Parameter parameter) {
    return List.of();
  }

  /** What the rule counts for each parameter, with first values. */
  default Map<String, Double> numbers() {
    return Map.of();
  }

  /**
   * Counts, once per parameter and step, before the update.
   *
   * @param step the number of the coming update, from 1
   * @param lr this step's learning rate
   */
  default void count(Numbers numbers, long step, double lr) {}

  /**
   * Changes one parameter.
   *
   * @param p the parameter's value, gradient and buffers
   * @param lr this step's learning rate: {@link #lr()} times the schedule's factor
   */
  void update(ParameterState p, double lr);

  /**
   * Changes all parameters of a batch; the same as {@link #update} on each, up to rounding. Rules
   * override this where many parameters together are faster.
   */
  default void step(Batch batch, double lr) {
    batch.eachMember(p -> update(p, lr));
  }

  /**
   * Says why the rule cannot take a parameter.
   *
   * @throws IllegalArgumentException naming the parameter, what is wrong with it and what to do
   */
  default void admit(Parameter parameter) {}

  /**
   * A rule whose state lives in the gradient itself: gradients are accumulated over all steps, not
   * cleared between them, and belong to the saved state. Clipping such a gradient clips the state.
   */
  interface KeepsGradient {}

  /** A rule whose updates need something of all parameters of the group at once. */
  interface Collective {

    /**
     * Looks at the group before any of its parameters is changed. It may change buffers.
     *
     * @param group the parameters that have a gradient in this step
     * @param lr this step's learning rate
     * @param shards adds up what the shards of the group have found
     * @return scalars, which updates read as {@link Elements#shared}; on the parameters' device
     */
    Map<String, Tensor> survey(List<ParameterState> group, double lr, Shards shards);
  }

  /**
   * A rule that now and then wants the gradient of another loss, from which it estimates the
   * curvature: the loss of labels that are drawn from the model's own predictions.
   */
  interface Curvature {

    /** The estimate is due before update 1, 1 + every, 1 + 2·every, … */
    long every();

    /** Takes in the estimate; {@code p.gradient()} is that other loss's gradient. */
    void observe(ParameterState p);
  }
}
