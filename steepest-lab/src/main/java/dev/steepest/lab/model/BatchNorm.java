package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.batch_norm;

import dev.steepest.lab.kernel.Norm;
import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Batch normalisation over [N, C, H, W], per channel. Momentum is PyTorch's: the weight of the
 * <em>new</em> value in the running statistics (variance unbiased there, biased in the
 * normalisation).
 *
 * <p>While nothing of it is trained ({@link Network#setTrained}), it normalises with the running
 * statistics in every mode and updates nothing, as in evaluation.
 */
public final class BatchNorm {
  /** PyTorch's defaults. */
  private static final double MOMENTUM = 0.1;

  private static final double EPSILON = 1e-5;

  private final double epsilon;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final TensorOptional mean;
  private final TensorOptional variance;
  private final TensorOptional nothing;
  private final Tensor batches;
  private final Scalar one;
  private final Norm tensors;
  private boolean fixed;

  /** Where the weight begins and whether it is trained; the bias always is. */
  enum Weight {
    /** From 1. */
    TRAINED,
    /** From 0: what stands before the norm gives nothing at first. */
    TRAINED_FROM_ZERO,
    /** It stays 1. */
    FROZEN
  }

  /** With PyTorch's ε and a trained weight. */
  public BatchNorm(Site site, long channels) {
    this(site, channels, Weight.TRAINED, EPSILON);
  }

  /** With PyTorch's ε. */
  public BatchNorm(Site site, long channels, Weight kind) {
    this(site, channels, kind, EPSILON);
  }

  public BatchNorm(Site site, long channels, Weight kind, double epsilon) {
    this.epsilon = epsilon;
    Initializer init = site.init();
    tensors =
        new Norm(
            switch (kind) {
              case TRAINED -> site.parameter("weight", Role.VECTOR, init.constant(1, channels));
              case TRAINED_FROM_ZERO ->
                  site.parameter("weight", Role.VECTOR, init.constant(0, channels));
              case FROZEN -> site.frozen("weight", init.constant(1, channels));
            },
            site.parameter("bias", Role.VECTOR, init.constant(0, channels)),
            site.buffer("running_mean", init.constant(0, channels)),
            site.buffer("running_var", init.constant(1, channels)));
    weight = site.optional(tensors.weight());
    bias = site.optional(tensors.bias());
    mean = site.optional(tensors.runningMean());
    variance = site.optional(tensors.runningVariance());
    nothing = site.keep(new TensorOptional());
    batches = site.buffer("num_batches_tracked", init.constant(0).to(ScalarType.Long));
    one = site.keep(new Scalar(1));
    site.norm(this);
  }

  /** Keeps its statistics from now on where none of its parameters wants a gradient. */
  public void follow() {
    fixed = !tensors.weight().requires_grad() && !tensors.bias().requires_grad();
  }

  /** Whether its running statistics stand still and normalise in every mode. */
  public boolean isFixed() {
    return fixed;
  }

  /** With PyTorch's momentum. */
  public Tensor apply(Tensor x, Mode mode) {
    return apply(x, mode, MOMENTUM);
  }

  public Tensor apply(Tensor x, Mode mode, double momentum) {
    boolean training = mode != Mode.EVAL && !fixed;
    Check.that(
        !training || x.numel() > x.size(1),
        "Batch norm has one value per channel here, of which there is no variance: the batch is one image. Choose training.last_batch: drop, or another training.batch.");
    if (training && mode == Mode.REPEAT) { // without running statistics there is nothing to update
      return batch_norm(x, weight, bias, nothing, nothing, training, momentum, epsilon, true);
    }
    if (training) {
      count();
    }
    return batch_norm(x, weight, bias, mean, variance, training, momentum, epsilon, true);
  }

  /** Counts a batch whose statistics were updated. */
  public void count() {
    batches.add_(one);
  }

  /** For kernels that normalise by themselves. */
  public Norm tensors() {
    return tensors;
  }
}
