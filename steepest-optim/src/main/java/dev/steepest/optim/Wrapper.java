package dev.steepest.optim;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Something done around the steps of an optimizer, whatever its rules.
 *
 * <p>As a {@link Rule}, a wrapper is an immutable record of hyper-parameters, each with a {@link
 * Knob}, with a {@link Source}; it is found by existing in package {@code dev.steepest.optim.wrap},
 * and what it keeps lies in the {@link ParameterState}s that it is handed, which are its own. It
 * sees all parameters of all groups that have a gradient, and may change values and gradients in
 * place; {@link ParameterState#lr()} is the group's. A {@link WholeState} sees more.
 *
 * <p>A step goes: every {@link SecondGradient} in turn, outermost first; {@link #before} of all,
 * outermost first; the rules; {@link #after} of all, innermost first.
 */
public interface Wrapper {

  /** Where configuration puts a wrapper among others; the first is the outermost. */
  enum Place {
    /** Averages what the others leave: evaluation sees it. */
    AVERAGE,
    /** Pulls the weights of whole steps together. */
    SLOW_WEIGHTS,
    /** Moves to where the gradient is taken. */
    POINT,
    /** Bounds the gradient as it came. */
    BOUND,
    /** Projects the gradient. */
    PROJECTION,
    /** Adds to the gradient. */
    PENALTY,
    /** Shrinks the weights themselves. */
    DECAY
  }

  /**
   * Where configuration puts it; innermost unless it says otherwise. By hand, wrappers stand in the
   * order in which they are added.
   */
  default Place place() {
    return Place.DECAY;
  }

  /** What the wrapper keeps for {@code parameter}. */
  default List<Buffer> buffers(Parameter parameter) {
    return List.of();
  }

  /** Whether it has anything to do around update {@code step}, from 1; else it is not called. */
  default boolean acts(long step) {
    return true;
  }

  /**
   * Before the rules.
   *
   * @param all the parameters that have a gradient in this step
   * @param shards adds up what the shards of the parameters have found
   */
  default void before(List<ParameterState> all, Shards shards) {}

  /** After the rules. */
  default void after(List<ParameterState> all) {}

  /**
   * What a file of {@link Optimizer#save} records of it, and who continues from the file must have
   * too: of a record its hyper-parameters. The order is always the same; neither keys nor values
   * contain blanks.
   *
   * @throws IllegalStateException where it is no record and does not say
   */
  default Map<String, Object> settings() {
    if (this instanceof Record hyper) {
      return Knobs.values(hyper);
    }
    throw new IllegalStateException(
        "the settings of wrapper '"
            + Wrappers.name(getClass())
            + "' are unknown, so that no file can say with which it was written: make it a record"
            + " whose components have a @Knob, or let it override Wrapper.settings()");
  }

  /**
   * A wrapper whose rules are to get the gradient of another point: {@code climb} moves there from
   * the first gradient, the caller computes the gradient anew, and the optimizer puts the values
   * back, to the bit.
   */
  interface SecondGradient {

    /** Moves the values to where the second gradient is taken. */
    void climb(List<ParameterState> all, Shards shards);
  }

  /**
   * A wrapper that looks at what the rules have changed: {@link ParameterState#before()} in {@link
   * Wrapper#after}. It costs a copy of the parameters for the length of a step.
   */
  interface SeesChange {}

  /**
   * A wrapper that follows the whole state of a network, as an average of it does: every parameter
   * of every group in every step, with or without a gradient, and what {@link
   * OptimizerBuilder#alongside} names. {@link ParameterState#step()} is then the number of steps
   * that the optimizer has made (see {@link WholeState#countsLeftOut}), the same for all.
   *
   * <p>Of parameters its buffers are made at the optimizer's first step, of what is alongside when
   * the optimizer is built: the first forward pass already moves a running mean. What is alongside
   * comes as a parameter of role {@link Role#VECTOR} with learning rate 0 and no gradient.
   */
  interface WholeState {

    /**
     * Whether steps of the run that were left out count too ({@link Optimizer#skip}): {@link
     * Wrapper#after} is then called although nothing has been updated. So it is where the course is
     * fixed in steps of the run, and its end must come; averages follow updates alone.
     */
    default boolean countsLeftOut() {
      return false;
    }
  }

  /** A wrapper whose course depends on the length of the run. */
  interface OfWholeRun {

    /**
     * The wrapper for one run; itself where its hyper-parameters say all.
     *
     * @param steps updates of the whole run; empty where nobody has said
     * @throws IllegalArgumentException where the length is wanted and empty, or too short, saying
     *     what to do
     */
    Wrapper forRunOf(OptionalLong steps);
  }
}
