package dev.steepest.lab.train;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Cross entropy between logits [B, C] and labels [B], averaged over the batch and computed in fp32
 * whatever the logits' type: a sum of exponentials is no place for 8 significant bits.
 */
final class CrossEntropy {
  private static final long MEAN = 1; // at::Reduction::Mean
  private static final long IGNORED_LABEL = -100; // PyTorch's default; no label has it

  private final TensorOptional noWeights = new TensorOptional().retainReference();
  private final double smoothing;

  /**
   * A loss.
   *
   * @param smoothing share of the target spread evenly over all classes
   */
  CrossEntropy(double smoothing) {
    this.smoothing = smoothing;
  }

  Tensor apply(Tensor logits, Tensor labels) {
    return cross_entropy_loss(
        logits.to(ScalarType.Float), labels, noWeights, MEAN, IGNORED_LABEL, smoothing);
  }
}
