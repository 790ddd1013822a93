package dev.steepest.optim.wrap;

import dev.steepest.optim.Shards;
import dev.steepest.tensor.MultiTensor;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Euclid's norm over all parameters, those of other shards included. */
final class GlobalNorm {

  private GlobalNorm() {}

  /** A float32 or float64 scalar on the tensors' device. */
  static Tensor of(List<Tensor> tensors, Shards shards) {
    Tensor own = MultiTensor.norm(tensors, 2);
    // Squares overflow where norms do not, so they are taken only where they must be added.
    return shards.equals(Shards.NONE) ? own : shards.sum(own.square()).sqrt();
  }
}
