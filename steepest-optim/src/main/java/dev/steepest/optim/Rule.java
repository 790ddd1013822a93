package dev.steepest.optim;

import java.util.List;

/**
 * One algorithm that changes parameters from their gradients.
 *
 * <p>A rule is an immutable record: its components are its hyper-parameters, each with a {@link
 * Knob}, and its class carries a {@link Source}. It holds no tensors; what it keeps between steps
 * it declares in {@link #buffers} and finds in {@link ParameterState}. A record that implements
 * this interface in a package named {@code dev.steepest.optim.rule} anywhere on the class path is
 * found by {@link Rules} without being listed; a static method {@code List<Preset> presets()} in it
 * adds presets.
 *
 * <p>{@code update} and {@code step} run without autograd, inside a pointer scope: every
 * intermediate tensor is freed when they return. They must not change the gradient, unless the rule
 * is a {@link KeepsGradient}.
 */
public interface Rule {

  /** The group's own learning rate, before the schedule's factor. */
  double lr();

  /** What the rule keeps for {@code parameter}, in the order of the source. */
  default List<Buffer> buffers(Parameter parameter) {
    return List.of();
  }

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
    for (ParameterState p : batch.members()) {
      update(p, lr);
    }
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
}
