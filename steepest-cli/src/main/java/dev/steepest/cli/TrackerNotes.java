package dev.steepest.cli;

import dev.steepest.study.track.Trackers;

/** Ends a session with its trackers, and says what they could not be told. */
record TrackerNotes(Trackers trackers, Console console) implements AutoCloseable {
  @Override
  public void close() {
    trackers.finish().forEach(console::note);
  }
}
