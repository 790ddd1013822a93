package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;

/**
 * How the network is looked at.
 *
 * @param every epochs between evaluations, at least 1; the end is always evaluated
 * @param precision of the forward pass
 * @param views of each sample in the last evaluation of all
 */
public record EvaluationPlan(int every, Precision precision, TestTimeAugmentation views) {
  /** After every epoch, in fp32, every sample as it is. */
  public static final EvaluationPlan EVERY_EPOCH =
      new EvaluationPlan(1, Precision.FP32, TestTimeAugmentation.NONE);

  public EvaluationPlan {
    if (every < 1) {
      throw new IllegalArgumentException(
          "every = " + every + " is out of range: allowed is 1 or more.");
    }
  }

  EvaluationPlan every(int epochs) {
    return new EvaluationPlan(epochs, precision, views);
  }
}
