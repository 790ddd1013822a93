package dev.steepest.study.track;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Keeps the failures of a tracker from the run: the first is noted, then the tracker is silent. */
final class Guarded implements Tracking {
  private final String name;
  private final Consumer<String> note;
  private Tracking tracking = NONE;

  Guarded(String name, Supplier<Tracking> begins, Consumer<String> note) {
    this.name = name;
    this.note = note;
    guard(() -> tracking = begins.get());
  }

  @Override
  public void evaluated(Evaluation row) {
    guard(() -> tracking.evaluated(row));
  }

  @Override
  public void stepped(Evaluation row) {
    guard(() -> tracking.stepped(row));
  }

  @Override
  public void ends(Outcome outcome, SortedMap<String, Double> results) {
    guard(() -> tracking.ends(outcome, results));
  }

  @Override
  public void close() {
    guard(() -> tracking.close());
  }

  private void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      Tracking failed = tracking;
      tracking = NONE;
      note.accept(
          "tracker %s: %s. The run goes on and its record is complete; the same command with --track tells the rest afterwards."
              .formatted(name, reason(e)));
      closeQuietly(failed);
    }
  }

  private static void closeQuietly(Tracking failed) {
    try {
      failed.close();
    } catch (RuntimeException _) {
      // what went wrong is said already
    }
  }

  private static String reason(RuntimeException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.replaceFirst("\\.$", "");
  }
}
