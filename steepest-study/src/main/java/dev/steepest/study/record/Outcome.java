package dev.steepest.study.record;

import java.time.Instant;

/**
 * How a run ended. Divergence and failure are results too: they are counted, not dropped.
 *
 * @param reason why, in a sentence; empty for a finished run
 * @param at when the run ended
 */
public record Outcome(Status status, String reason, Instant at) {

  public enum Status {
    /** Every step was made. */
    FINISHED,
    /** The loss became infinite or not a number; the optimizer's doing, hence a result. */
    DIVERGED,
    /** The machine or the program failed; says nothing about the optimizer. */
    FAILED,
    /** Stopped before its end, to be continued. */
    STOPPED,
    /** Ended for good before its end by whoever had it made; the test set was not looked at. */
    TERMINATED
  }
}
