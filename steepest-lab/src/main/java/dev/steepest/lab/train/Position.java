package dev.steepest.lab.train;

/**
 * Where a run stands.
 *
 * @param epoch completed epochs
 * @param batch batches done in the current epoch
 * @param step optimizer steps done
 * @param samples training samples seen
 * @param trainSeconds training time, without evaluation and checkpoints
 * @param evalSeconds evaluation time
 */
public record Position(
    long epoch, long batch, long step, long samples, double trainSeconds, double evalSeconds) {
  /** The beginning. */
  public static final Position START = new Position(0, 0, 0, 0, 0, 0);

  /** Passes over the training data so far, fractional within an epoch. */
  public double epochs(Pace pace) {
    return pace.epochs(step);
  }
}
