package dev.steepest.lab.train;

/**
 * What is minimised: cross entropy, and what is done to its targets.
 *
 * @param reduction over the samples of a batch
 * @param smoothing share of the target spread over all classes in the first step, in [0, 1)
 * @param lastSmoothing what it becomes, linearly over the steps of the run; equal for none
 * @param mixup α of mixup (Zhang et al., ICLR 2018): batches are blended with themselves in another
 *     order, with a share from Beta(α, α); 0 for none
 * @param cutmix α of CutMix (Yun et al., ICCV 2019): a rectangle of each image of a batch is that
 *     of another one, with a share from Beta(α, α) left of its own; 0 for none. With both, a coin
 *     chooses for every batch
 */
public record LossPlan(
    Reduction reduction, double smoothing, double lastSmoothing, double mixup, double cutmix) {

  /** Cross entropy as it is, averaged. */
  public static final LossPlan PLAIN = new LossPlan(Reduction.MEAN, 0, 0, 0);

  /** Without CutMix. */
  public LossPlan(Reduction reduction, double smoothing, double lastSmoothing, double mixup) {
    this(reduction, smoothing, lastSmoothing, mixup, 0);
  }

  /** How the losses of a batch become one number. */
  public enum Reduction {
    MEAN,
    /** Gradients grow with the batch; learning rates are to be chosen for that. */
    SUM
  }

  public LossPlan {
    requireShare("smoothing", smoothing);
    requireShare("lastSmoothing", lastSmoothing);
    requireAlpha("mixup", mixup);
    requireAlpha("cutmix", cutmix);
  }

  /** The same with a constant share. */
  public LossPlan withSmoothing(double share) {
    return new LossPlan(reduction, share, share, mixup, cutmix);
  }

  /**
   * The share at one point of the run.
   *
   * @param done share of the run's steps made before, 0 to 1
   */
  double smoothingAt(double done) {
    return smoothing + (lastSmoothing - smoothing) * done;
  }

  private static void requireAlpha(String name, double alpha) {
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " = " + alpha + " is out of range: allowed is 0 (none) or more.");
    }
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException(
          name + " = " + share + " is out of range: allowed is 0 up to below 1.");
    }
  }
}
