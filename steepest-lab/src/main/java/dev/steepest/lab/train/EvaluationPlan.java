package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;

/**
 * How the network is looked at.
 *
 * @param every between evaluations, whole epochs or steps; the end is always evaluated, and where
 *     steps are counted the beginning too
 * @param precision of the forward pass
 * @param views of each sample in the last evaluation of all
 * @param test whether that evaluation is made
 */
public record EvaluationPlan(
    Span every, Precision precision, TestTimeAugmentation views, TestSet test) {
  /** After every epoch, in fp32, every sample as it is. */
  public static final EvaluationPlan EVERY_EPOCH =
      new EvaluationPlan(
          new Span.Epochs(1), Precision.FP32, TestTimeAugmentation.NONE, TestSet.SEEN_AT_THE_END);

  /** What is done with the data that no choice may see. */
  public enum TestSet {
    SEEN_AT_THE_END,
    /** In runs that are compared in order to choose one. */
    NEVER_SEEN
  }

  public EvaluationPlan {
    if (every instanceof Span.Epochs(double count) && (count < 1 || count != Math.rint(count))) {
      throw new IllegalArgumentException(
          "every = "
              + count
              + " epochs is out of range: allowed is 1 or more, without a fraction.");
    }
  }

  EvaluationPlan every(Span span) {
    return new EvaluationPlan(span, precision, views, test);
  }

  /** Whether looks are counted in steps: then there is one before the first, too. */
  public boolean countsSteps() {
    return every instanceof Span.Steps;
  }

  /** Whether a look is due between two steps. */
  boolean isDueAfterStep(long step, long total) {
    return every instanceof Span.Steps(long count) && (step % count == 0 || step == total);
  }

  /** Whether a look is due between two epochs. */
  boolean isDueAfterEpoch(long epoch, long step, long total) {
    return every instanceof Span.Epochs(double count) && (epoch % count == 0 || step == total);
  }
}
