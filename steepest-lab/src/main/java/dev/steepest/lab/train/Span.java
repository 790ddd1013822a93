package dev.steepest.lab.train;

/** A length of training, in passes over the data or in optimizer steps. */
public sealed interface Span {

  /**
   * Passes over the training data.
   *
   * @param count above 0; the last pass may be a part of one
   */
  record Epochs(double count) implements Span {
    /**
     * Assumed: far above the rounding of epochs × batches, far below one batch. 48 × 9.9 is 475.2
     * and makes 476 steps, but 25 × 0.12 makes 3, whatever its last bit.
     */
    private static final double ROUNDING = 1e-9;

    public Epochs {
      if (!(count > 0 && count < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "epochs = " + count + " is out of range: allowed is more than 0.");
      }
    }

    /** A part of a batch is a step too. */
    @Override
    public long steps(Pace pace) {
      return (long) Math.ceil(pace.steps(count) - ROUNDING);
    }

    @Override
    public double epochs(Pace pace) {
      return count;
    }
  }

  /**
   * Optimizer steps.
   *
   * @param count at least 1
   */
  record Steps(long count) implements Span {
    public Steps {
      if (count < 1) {
        throw new IllegalArgumentException(
            "steps = " + count + " is out of range: allowed is 1 or more.");
      }
    }

    @Override
    public long steps(Pace pace) {
      return count;
    }

    @Override
    public double epochs(Pace pace) {
      return pace.epochs(count);
    }
  }

  /** In optimizer steps. */
  long steps(Pace pace);

  /** In passes over the data. */
  double epochs(Pace pace);
}
