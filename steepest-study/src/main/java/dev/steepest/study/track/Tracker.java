package dev.steepest.study.track;

import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.function.Consumer;

/**
 * A program that people look at runs with. May fail by any exception: {@link Trackers} keeps it
 * from the run.
 */
interface Tracker {

  /** As it is chosen by, e.g. {@code tensorboard}. */
  String name();

  /**
   * Begins to tell of a run, or goes on where it stands: what the tracker knows beyond {@code
   * run}'s rows is taken back as far as that is possible, what it lacks of them is told.
   *
   * @param log takes what a person should know later
   */
  Tracking begins(TrackedRun run, Consumer<String> log);

  /** Whether all of a run's record was told, its end included. */
  boolean knows(RunRecord record);

  /**
   * Ends the session; may wait for what is under way.
   *
   * @return what could not be told and what to do about it, a sentence each
   */
  default List<String> finish() {
    return List.of();
  }
}
