package dev.steepest.optim;

import java.util.List;

/**
 * Something done around the steps of an optimizer, whatever its rules.
 *
 * <p>As a {@link Rule}, a wrapper is an immutable record of hyper-parameters, each with a {@link
 * Knob}, with a {@link Source}; it is found by existing in package {@code dev.steepest.optim.wrap},
 * and what it keeps lies in the {@link ParameterState}s that it is handed, which are its own. It
 * sees all parameters of all groups that have a gradient, and may change values and gradients in
 * place; {@link ParameterState#lr()} is the group's.
 */
public interface Wrapper {

  /** What the wrapper keeps for {@code parameter}. */
  default List<Buffer> buffers(Parameter parameter) {
    return List.of();
  }

  /** Whether it has anything to do around update {@code step}, from 1; else it is not called. */
  default boolean acts(long step) {
    return true;
  }

  /** Before the rules. */
  default void before(List<ParameterState> all) {}

  /** After the rules. */
  default void after(List<ParameterState> all) {}

  /**
   * A wrapper whose rules are to get the gradient of another point: {@code climb} moves there from
   * the first gradient, the caller computes the gradient anew, {@code descend} moves back.
   */
  interface SecondGradient {

    /** Moves the values to where the second gradient is taken. */
    void climb(List<ParameterState> all);

    /** Restores the values, exactly. */
    void descend(List<ParameterState> all);
  }
}
