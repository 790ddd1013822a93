package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.batch_norm;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batch normalisation over [N, C, H, W], per channel, with PyTorch's defaults: ε 1e-5, and .1 as
 * the weight of the <em>new</em> value in the running statistics (variance unbiased there, biased
 * in the normalisation).
 */
final class BatchNorm {
  private static final double MOMENTUM = 0.1;
  private static final double EPSILON = 1e-5;

  private final TensorOptional weight;
  private final TensorOptional bias;
  private final TensorOptional mean;
  private final TensorOptional variance;
  private final TensorOptional nothing;
  private final Tensor batches;
  private final Scalar one;

  BatchNorm(Site site, long channels) {
    Initializer init = site.init();
    weight = site.optional(site.parameter("weight", Role.VECTOR, init.constant(1, channels)));
    bias = site.optional(site.parameter("bias", Role.VECTOR, init.constant(0, channels)));
    mean = site.optional(site.buffer("running_mean", init.constant(0, channels)));
    variance = site.optional(site.buffer("running_var", init.constant(1, channels)));
    nothing = site.keep(new TensorOptional());
    batches = site.buffer("num_batches_tracked", init.constant(0).to(ScalarType.Long));
    one = site.keep(new Scalar(1));
  }

  Tensor apply(Tensor x, Mode mode) {
    boolean training = mode != Mode.EVAL;
    if (mode == Mode.REPEAT) { // without running statistics there is nothing to update
      return batch_norm(x, weight, bias, nothing, nothing, training, MOMENTUM, EPSILON, true);
    }
    if (training) {
      batches.add_(one);
    }
    return batch_norm(x, weight, bias, mean, variance, training, MOMENTUM, EPSILON, true);
  }
}
