package dev.steepest.study.sweep;

import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The trials of one sweep, shared by the processes that make them. Every method is one transaction:
 * what it did is done, whatever happens to the process afterwards. Safe for use by several threads.
 *
 * <p>Where the store cannot be reached, methods try again with growing pauses; when that is in
 * vain, they throw {@link StoreException}, and nothing is lost but what they were asked to do.
 */
public interface TrialStore extends AutoCloseable {

  /** The sweep that it was created with. */
  Sweep sweep();

  /**
   * Takes the next trial: one whose worker has died, else a new proposal.
   *
   * @param worker who takes it: unique among all processes that ever work for this sweep
   */
  Claim claim(String worker);

  /** What became of an attempt to take a trial. */
  sealed interface Claim {
    /**
     * Ours, until its heartbeat stops.
     *
     * @param attempt from 1; above 1 its worker has died or failed before, and the run may be
     *     resumed
     */
    record Taken(Trial trial, int attempt) implements Claim {}

    /**
     * Nothing to take now, but trials of others are under way, one of which may yet be released.
     */
    record Wait() implements Claim {}

    /** The sweep has come to its end. */
    record Done() implements Claim {}
  }

  /**
   * Says that a worker is alive and at a trial.
   *
   * @return false where the trial is no longer its own: it was silent for too long
   */
  boolean beat(int trial, String worker);

  /**
   * Adds a look at a trial; one of an iteration that was reported before, by a resumed run,
   * replaces that.
   *
   * @return what the worker is to do
   */
  Advice report(int trial, String worker, Report report);

  enum Advice {
    GO_ON,
    /** Early termination ends the trial. */
    END,
    /** The trial is no longer this worker's. */
    LOST
  }

  /**
   * Ends a trial. At most one worker ever does.
   *
   * @return false where the trial is not this worker's, or has ended before
   */
  boolean end(int trial, String worker, End end);

  /**
   * How a trial ended.
   *
   * @param state one that has ended
   * @param value of the objective; empty where it has none, which not a number is too
   * @param seconds of training, finite
   * @param records folders of its runs, one a line
   * @param reason why, in a sentence; empty for a finished one
   */
  record End(
      Trial.State state,
      OptionalDouble value,
      double seconds,
      List<String> records,
      String reason) {
    public End {
      if (!Double.isFinite(seconds)) {
        throw new IllegalArgumentException("a trial does not take " + seconds + " seconds");
      }
      if (value.isPresent() && Double.isNaN(value.getAsDouble())) {
        value = OptionalDouble.empty();
      }
      records = List.copyOf(records);
    }
  }

  /** Gives a trial back before its end, to be gone on with by whoever takes it next. */
  void release(int trial, String worker);

  /** All trials by number. */
  List<Entry> trials();

  /**
   * A trial with what the store knows besides.
   *
   * @param worker at it, or that ended it
   * @param attempts how often it was taken
   * @param end how it ended; empty before
   */
  record Entry(Trial trial, String worker, int attempts, Optional<End> end) {}

  @Override
  void close();
}
