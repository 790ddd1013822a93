package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bytedeco.pytorch.Tensor;

/** Puts an {@link Optimizer} together; what is not said has the default that is named here. */
public final class OptimizerBuilder {

  final List<ParameterGroup> groups;
  final List<Wrapper> wrappers = new ArrayList<>();
  final List<Parameter> alongside = new ArrayList<>();
  Noise noise = Noise.seeded(0);
  Optimizer.Path path = Optimizer.Path.TOGETHER;
  NonFinite nonFinite = NonFinite.RAISE;
  Shards shards = Shards.NONE;
  HalfPrecision half = HalfPrecision.NEAREST;
  private OptionalLong run = OptionalLong.empty();

  OptimizerBuilder(List<ParameterGroup> groups) {
    this.groups = List.copyOf(groups);
  }

  /** Seed of whatever the rules draw, such as Dion's first basis; 0. */
  public OptimizerBuilder seed(long seed) {
    return noise(Noise.seeded(seed));
  }

  /** Where the rules get random numbers from; {@link #seed}. */
  public OptimizerBuilder noise(Noise source) {
    noise = source;
    return this;
  }

  /** How parameters are updated; together. */
  public OptimizerBuilder path(Optimizer.Path way) {
    path = way;
    return this;
  }

  /** What is done with gradients that are not finite; the step throws. */
  public OptimizerBuilder nonFinite(NonFinite policy) {
    nonFinite = policy;
    return this;
  }

  /** What becomes of bfloat16 and float16 parameters between steps; rounded to the nearest. */
  public OptimizerBuilder halfPrecision(HalfPrecision way) {
    half = way;
    return this;
  }

  /** Other processes that update shards of the same groups; none. */
  public OptimizerBuilder shards(Shards others) {
    shards = others;
    return this;
  }

  /**
   * Adds something around every step. The first one added is the outermost: it comes first before
   * the rules and last after them.
   */
  public OptimizerBuilder wrap(Wrapper wrapper) {
    wrappers.add(wrapper);
    return this;
  }

  /**
   * Adds state of the network that no rule updates but averages of the whole state follow, such as
   * the running statistics of batch normalisation and frozen weights: see {@link
   * Wrapper.WholeState}. Without such a wrapper it has no effect.
   *
   * <p>Averages begin at the values that the tensors have when the optimizer is built, and live on
   * the device that the tensors are on then: build it after the network is on the device on which
   * it trains, and before its first forward pass. A saved state holds the averages under these
   * names and can only be loaded where the same names are alongside.
   *
   * @param tensors of a floating-point type, by names that no parameter has; they stay the caller's
   *     and must live as long as the optimizer
   */
  public OptimizerBuilder alongside(Map<String, Tensor> tensors) {
    tensors.forEach((name, tensor) -> alongside.add(new Parameter(name, Role.VECTOR, tensor)));
    return this;
  }

  /**
   * How many updates the whole run has, for wrappers that are {@link Wrapper.OfWholeRun} and whose
   * hyper-parameters do not say.
   *
   * @param steps at least 1
   */
  public OptimizerBuilder runOf(long steps) {
    Checks.atLeast("steps of the run", steps, 1);
    run = OptionalLong.of(steps);
    return this;
  }

  /** The wrappers for this run, outermost first. */
  List<Wrapper> wrappersOfRun() {
    return wrappers.stream()
        .map(wrapper -> wrapper instanceof Wrapper.OfWholeRun open ? open.forRunOf(run) : wrapper)
        .toList();
  }

  /**
   * The optimizer.
   *
   * @throws IllegalArgumentException naming every parameter that is in more than one group, groups
   *     or wrappers of one name, hyper-parameters out of range; state alongside that is a parameter
   *     or no floating-point numbers; a wrapper that wants the length of the run, which nobody has
   *     said
   */
  public Optimizer build() {
    return new Optimizer(this);
  }
}
