package dev.steepest.lab.train;

/**
 * How the network is looked at.
 *
 * @param every epochs between evaluations, at least 1; the end is always evaluated
 * @param precision of the forward pass
 */
public record EvaluationPlan(int every, Precision precision) {
  /** After every epoch, in fp32. */
  public static final EvaluationPlan EVERY_EPOCH = new EvaluationPlan(1, Precision.FP32);

  public EvaluationPlan {
    if (every < 1) {
      throw new IllegalArgumentException(
          "every = " + every + " is out of range: allowed is 1 or more.");
    }
  }

  EvaluationPlan every(int epochs) {
    return new EvaluationPlan(epochs, precision);
  }
}
