package dev.steepest.lab.train;

import java.util.function.LongSupplier;

/** Decides when the next checkpoint is due, so that all of them together stay cheap. */
final class CheckpointCadence {
  /** The moments at which one may be due. */
  enum Moment {
    AFTER_STEP,
    AFTER_EPOCH
  }

  private static final long COST_RATIO = 100; // a checkpoint per hundred times its own cost: 1 %

  private final long interval;
  private final LongSupplier nanoTime;
  private long last;
  private long cost;

  /**
   * A cadence that begins now.
   *
   * @param interval nanoseconds between checkpoints within an epoch
   * @param nanoTime the clock
   */
  CheckpointCadence(long interval, LongSupplier nanoTime) {
    this.interval = interval;
    this.nanoTime = nanoTime;
    last = nanoTime.getAsLong();
  }

  boolean isDue(Moment moment) {
    long elapsed = nanoTime.getAsLong() - last;
    boolean affordable = elapsed >= COST_RATIO * cost;
    return affordable && (moment == Moment.AFTER_EPOCH || elapsed >= interval);
  }

  /** Does the saving and learns what it costs. */
  void measure(Runnable save) {
    long begin = nanoTime.getAsLong();
    save.run();
    last = nanoTime.getAsLong();
    cost = last - begin;
  }
}
