package dev.steepest.lab.train;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import dev.steepest.lab.train.LossPlan.Reduction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cross entropy between logits [B, C] and labels [B], computed in fp32 whatever the logits' type: a
 * sum of exponentials is no place for 8 significant bits.
 */
final class CrossEntropy {
  private static final long IGNORED_LABEL = -100; // PyTorch's default; no label has it

  /** Averaged over the batch, without smoothing. */
  static final CrossEntropy MEAN = new CrossEntropy(Reduction.MEAN);

  private final TensorOptional noWeights = new TensorOptional().retainReference();
  private final long reduction;

  CrossEntropy(Reduction reduction) {
    this.reduction =
        switch (reduction) { // the numbers of at::Reduction
          case MEAN -> 1;
          case SUM -> 2;
        };
  }

  Tensor apply(Tensor logits, Tensor labels) {
    return apply(logits, labels, 0);
  }

  /**
   * @param smoothing share of the target spread evenly over all classes
   */
  Tensor apply(Tensor logits, Tensor labels, double smoothing) {
    return cross_entropy_loss(
        logits.to(ScalarType.Float), labels, noWeights, reduction, IGNORED_LABEL, smoothing);
  }

  /** The loss of samples that are blended with others, if they are. */
  Tensor apply(Tensor logits, MiniBatch batch, double smoothing) {
    Tensor own = apply(logits, batch.labels(), smoothing);
    return batch
        .blend()
        .map(blend ->
            apply(logits, blend.labels(), smoothing)
                .mul(new Scalar(1 - blend.share()))
                .add(own, new Scalar(blend.share())))
        .orElse(own);
  }
}
