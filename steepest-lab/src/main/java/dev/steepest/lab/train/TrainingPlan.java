package dev.steepest.lab.train;

import dev.steepest.lab.model.Network;

/**
 * How long and in which way to train; what to train with is decided elsewhere.
 *
 * @param length of the run
 * @param accumulation parts into which every batch is cut to save memory; the gradient is that of
 *     the whole batch (batch normalisation sees the parts), at least 1
 * @param precision of the forward and backward pass in training
 * @param layout memory order of image batches
 * @param clipNorm largest global gradient norm; 0 = no clipping
 * @param loss what is minimised
 * @param freezing what is not trained to the end
 * @param evaluation how the network is looked at
 * @param watching what follows from that on the way
 * @param logEvery optimizer steps between step reports; 0 = none
 * @param seed decides all that is random within a step (dropout, mixup)
 */
public record TrainingPlan(
    Span length,
    int accumulation,
    Precision precision,
    MemoryLayout layout,
    double clipNorm,
    LossPlan loss,
    Freezing freezing,
    EvaluationPlan evaluation,
    Watching watching,
    int logEvery,
    long seed) {
  public TrainingPlan {
    atLeast("accumulation", accumulation, 1);
    atLeast("clipNorm", clipNorm, 0);
    atLeast("logEvery", logEvery, 0);
  }

  /** fp32, contiguous, no clipping, plain loss, evaluation after every epoch, no step log. */
  public static TrainingPlan of(double epochs, long seed) {
    return new TrainingPlan(
        new Span.Epochs(epochs),
        1,
        Precision.FP32,
        MemoryLayout.CONTIGUOUS,
        0,
        LossPlan.PLAIN,
        Freezing.NONE,
        EvaluationPlan.EVERY_EPOCH,
        Watching.NOTHING,
        0,
        seed);
  }

  private static void atLeast(String name, double value, double least) {
    if (!(value >= least)) {
      throw new IllegalArgumentException(
          "%s = %s is out of range: allowed is %s or more.".formatted(name, value, least));
    }
  }

  /** Optimizer steps of the whole run. */
  public long steps(Pace pace) {
    return length.steps(pace);
  }

  /**
   * Whatever changes the numbers of a step but the schedule, which is the caller's. The length of
   * the run does: label smoothing, momenta of norms and slow weights move over it.
   */
  String identity(TrainingData data, Network network) {
    String own = identity(data);
    return network.origin().isEmpty() ? own : own + ", " + network.origin();
  }

  private String identity(TrainingData data) {
    return "seed %d, %d steps, %d samples of %s in %s batches, accumulation %d, %s, %s, clip %s, %s, %s"
            .formatted(
                seed,
                steps(data.pace()),
                data.samplesPerEpoch(),
                data.fingerprint(),
                data.pace(),
                accumulation,
                precision,
                layout,
                clipNorm,
                loss,
                freezing)
        + (watching.equals(Watching.NOTHING) ? "" : ", " + watching);
  }

  /** So many steps, at least 1, in place of the length. */
  public TrainingPlan withSteps(long steps) {
    return new TrainingPlan(
        new Span.Steps(steps),
        accumulation,
        precision,
        layout,
        clipNorm,
        loss,
        freezing,
        evaluation,
        watching,
        logEvery,
        seed);
  }

  public TrainingPlan withAccumulation(int parts) {
    return new TrainingPlan(
        length,
        parts,
        precision,
        layout,
        clipNorm,
        loss,
        freezing,
        evaluation,
        watching,
        logEvery,
        seed);
  }

  public TrainingPlan withCompute(Precision newPrecision, MemoryLayout newLayout) {
    return new TrainingPlan(
        length,
        accumulation,
        newPrecision,
        newLayout,
        clipNorm,
        loss,
        freezing,
        evaluation,
        watching,
        logEvery,
        seed);
  }

  public TrainingPlan withClipNorm(double norm) {
    return new TrainingPlan(
        length,
        accumulation,
        precision,
        layout,
        norm,
        loss,
        freezing,
        evaluation,
        watching,
        logEvery,
        seed);
  }

  public TrainingPlan withLoss(LossPlan newLoss) {
    return new TrainingPlan(
        length,
        accumulation,
        precision,
        layout,
        clipNorm,
        newLoss,
        freezing,
        evaluation,
        watching,
        logEvery,
        seed);
  }

  /** The same loss with a constant label smoothing. */
  public TrainingPlan withLabelSmoothing(double share) {
    return withLoss(loss.withSmoothing(share));
  }

  public TrainingPlan withFreezing(Freezing newFreezing) {
    return new TrainingPlan(
        length,
        accumulation,
        precision,
        layout,
        clipNorm,
        loss,
        newFreezing,
        evaluation,
        watching,
        logEvery,
        seed);
  }

  public TrainingPlan withWatching(Watching newWatching) {
    return new TrainingPlan(
        length,
        accumulation,
        precision,
        layout,
        clipNorm,
        loss,
        freezing,
        evaluation,
        newWatching,
        logEvery,
        seed);
  }

  /** Evaluation ever so often. */
  public TrainingPlan withEvaluation(Span every) {
    return new TrainingPlan(
        length,
        accumulation,
        precision,
        layout,
        clipNorm,
        loss,
        freezing,
        evaluation.every(every),
        watching,
        logEvery,
        seed);
  }

  /** Evaluation every so many epochs, a step report every so many steps (0 = none). */
  public TrainingPlan withReports(int epochsPerEvaluation, int stepsPerLog) {
    return new TrainingPlan(
        length,
        accumulation,
        precision,
        layout,
        clipNorm,
        loss,
        freezing,
        evaluation.every(new Span.Epochs(epochsPerEvaluation)),
        watching,
        stepsPerLog,
        seed);
  }
}
