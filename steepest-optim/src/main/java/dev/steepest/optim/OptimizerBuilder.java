package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;

/** Puts an {@link Optimizer} together; what is not said has the default that is named here. */
public final class OptimizerBuilder {

  final List<ParameterGroup> groups;
  final List<Wrapper> wrappers = new ArrayList<>();
  Noise noise = Noise.seeded(0);
  Optimizer.Path path = Optimizer.Path.TOGETHER;
  NonFinite nonFinite = NonFinite.RAISE;
  Shards shards = Shards.NONE;
  HalfPrecision half = HalfPrecision.NEAREST;

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
   * The optimizer.
   *
   * @throws IllegalArgumentException naming every parameter that is in more than one group, groups
   *     or wrappers of one name, hyper-parameters out of range
   */
  public Optimizer build() {
    return new Optimizer(this);
  }
}
