package dev.steepest.optim;

import org.bytedeco.pytorch.Tensor;

/**
 * The other processes that update parts of the same group. A rule that needs a sum over the whole
 * group adds up its own part and lets this add the others'.
 */
@FunctionalInterface
public interface Shards {

  /** The whole group is here. */
  Shards NONE = own -> own;

  /** The sum of a scalar over all shards, the same in each. */
  Tensor sum(Tensor own);
}
