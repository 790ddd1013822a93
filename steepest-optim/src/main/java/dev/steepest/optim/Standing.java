package dev.steepest.optim;

/** What may be asked of an optimizer now. */
final class Standing {

  private enum At {
    TRAINING,
    EVALUATION,
    BROKEN,
    CLOSED
  }

  private At at = At.TRAINING;
  private Throwable reason;

  /**
   * @param what is asked, as in "cannot step"
   * @throws IllegalStateException saying why not, and what to do
   */
  void requireFit(String what) {
    switch (at) {
      case TRAINING -> {}
      case EVALUATION ->
          throw new IllegalStateException(
              "cannot "
                  + what
                  + ": the parameters are at their evaluation points; close what evaluating()"
                  + " returned first");
      case BROKEN ->
          throw new IllegalStateException(
              "cannot "
                  + what
                  + ": an earlier step failed halfway and left values and state of different steps;"
                  + " load saved weights and a saved state first",
              reason);
      case CLOSED ->
          throw new IllegalStateException("cannot " + what + ": this optimizer is closed");
    }
  }

  /** As {@link #requireFit}, but a broken one may be loaded: that mends it. */
  void requireLoadable() {
    if (at != At.BROKEN) {
      requireFit("load a state");
    }
  }

  void trains() {
    if (at != At.CLOSED) {
      at = At.TRAINING;
      reason = null;
    }
  }

  void evaluates() {
    at = At.EVALUATION;
  }

  void broke(Throwable why) {
    at = At.BROKEN;
    reason = why;
  }

  void closed() {
    at = At.CLOSED;
  }
}
