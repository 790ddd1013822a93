package dev.steepest.study.track;

import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.Outcome.Status;

/**
 * How outcomes are called by programs that know three of them. A diverged run counts as failed
 * there, so that it is seen; one that ended early by a rule counts as finished.
 */
final class Endings {
  private Endings() {}

  static boolean failed(Outcome outcome) {
    return outcome.status() == Status.FAILED || outcome.status() == Status.DIVERGED;
  }

  /** Stopped by a person; may go on. */
  static boolean stopped(Outcome outcome) {
    return outcome.status() == Status.STOPPED;
  }
}
