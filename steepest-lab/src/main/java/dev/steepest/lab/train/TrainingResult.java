package dev.steepest.lab.train;

/**
 * How a training run ended. Divergence is a result, not an error.
 *
 * @param end which way
 * @param position where
 * @param reason a sentence; empty for a finished run
 */
public record TrainingResult(End end, Position position, String reason) {
  /** A result of a run that somebody asked to stop where this one has come to. */
  public TrainingResult stopped() {
    return new TrainingResult(End.STOPPED, position, "A stop was asked for.");
  }

  /** The ways in which a run ends without failing. */
  public enum End {
    /** Every epoch was trained. */
    FINISHED,
    /** The loss became infinite or not a number. */
    DIVERGED,
    /** Somebody asked it to stop; a resumed run goes on where it stood. */
    STOPPED,
    /** Somebody ended it for good; nobody goes on with it. */
    TERMINATED
  }
}
