package dev.steepest.lab.train;

/**
 * How long and in which way to train; what to train with is decided elsewhere.
 *
 * @param epochs passes over the training data, at least 1
 * @param accumulation parts into which every batch is cut to save memory; the gradient is that of
 *     the whole batch (batch normalisation sees the parts), at least 1
 * @param precision of the forward and backward pass in training; evaluation is fp32 always
 * @param layout memory order of image batches
 * @param clipNorm largest global gradient norm; 0 = no clipping
 * @param labelSmoothing share of the target spread over all classes, in [0, 1)
 * @param evaluateEvery epochs between evaluations; the last epoch is always evaluated
 * @param logEvery optimizer steps between step reports; 0 = none
 * @param seed decides all that is random within a step (dropout)
 */
public record TrainingPlan(
    int epochs,
    int accumulation,
    Precision precision,
    MemoryLayout layout,
    double clipNorm,
    double labelSmoothing,
    int evaluateEvery,
    int logEvery,
    long seed) {

  public TrainingPlan {
    atLeast("epochs", epochs, 1);
    atLeast("accumulation", accumulation, 1);
    atLeast("clipNorm", clipNorm, 0);
    atLeast("evaluateEvery", evaluateEvery, 1);
    atLeast("logEvery", logEvery, 0);
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing = " + labelSmoothing + " is out of range: allowed is 0 up to below 1.");
    }
  }

  /** fp32, contiguous, no clipping, no smoothing, evaluation after every epoch, no step log. */
  public static TrainingPlan of(int epochs, long seed) {
    return new TrainingPlan(epochs, 1, Precision.FP32, MemoryLayout.CONTIGUOUS, 0, 0, 1, 0, seed);
  }

  private static void atLeast(String name, double value, double least) {
    if (!(value >= least)) {
      throw new IllegalArgumentException(
          "%s = %s is out of range: allowed is %s or more.".formatted(name, value, least));
    }
  }

  public TrainingPlan withAccumulation(int parts) {
    return new TrainingPlan(
        epochs, parts, precision, layout, clipNorm, labelSmoothing, evaluateEvery, logEvery, seed);
  }

  public TrainingPlan withCompute(Precision newPrecision, MemoryLayout newLayout) {
    return new TrainingPlan(
        epochs,
        accumulation,
        newPrecision,
        newLayout,
        clipNorm,
        labelSmoothing,
        evaluateEvery,
        logEvery,
        seed);
  }

  public TrainingPlan withClipNorm(double norm) {
    return new TrainingPlan(
        epochs,
        accumulation,
        precision,
        layout,
        norm,
        labelSmoothing,
        evaluateEvery,
        logEvery,
        seed);
  }

  public TrainingPlan withLabelSmoothing(double share) {
    return new TrainingPlan(
        epochs, accumulation, precision, layout, clipNorm, share, evaluateEvery, logEvery, seed);
  }

  /** Evaluation every so many epochs, a step report every so many steps (0 = none). */
  public TrainingPlan withReports(int epochsPerEvaluation, int stepsPerLog) {
    return new TrainingPlan(
        epochs,
        accumulation,
        precision,
        layout,
        clipNorm,
        labelSmoothing,
        epochsPerEvaluation,
        stepsPerLog,
        seed);
  }
}
