package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as a tracker meets it: at its beginning, when it goes on, or after its end.
 *
 * @param spec what was asked
 * @param facts of the machine and the software, by name
 * @param folder of its record; trackers write beside the record's files
 * @param evaluations that the record holds already, in order
 * @param steps that the record holds already, in order
 * @param zero when training would have begun if it had never been interrupted; rows that are told
 *     late are dated from here by their own clocks
 * @param sweep name of the sweep that the run is a trial of
 */
public record TrackedRun(
    RunSpec spec,
    SortedMap<String, String> facts,
    Path folder,
    List<Evaluation> evaluations,
    List<Evaluation> steps,
    Instant zero,
    Optional<String> sweep) {

  /** What the curves of evaluations are drawn over. */
  enum Axis {
    EPOCHS,
    STEPS
  }

  public TrackedRun {
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    evaluations = List.copyOf(evaluations);
    steps = List.copyOf(steps);
  }

  /**
   * As a record has it.
   *
   * @param now where the record has no end yet
   */
  static TrackedRun of(RunRecord record, Instant now, Optional<String> sweep) {
    List<Evaluation> steps = RecordStore.steps(record.folder());
    Instant last = record.outcome().map(outcome -> outcome.at()).orElse(now);
    Duration soFar =
        Row.inOrder(record.evaluations(), steps).stream()
            .map(row -> sinceZero(row.at()))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return new TrackedRun(
        record.spec(),
        record.environment().facts(),
        record.folder(),
        record.evaluations(),
        steps,
        last.minus(soFar),
        sweep);
  }

  /** When a row was measured, by the clocks of the run. */
  Instant dated(Evaluation row) {
    return zero.plus(sinceZero(row));
  }

  private static Duration sinceZero(Evaluation row) {
    return Duration.ofMillis(Math.round(1000 * (row.trainSeconds() + row.evalSeconds())));
  }

  /** Runs that are looked at every so many steps are drawn over steps, all others over epochs. */
  Axis axis() {
    return spec.settings().has("evaluation.every_steps") ? Axis.STEPS : Axis.EPOCHS;
  }

  /** Where on the axis a look stands: the number of the epoch that it closes, or the step. */
  long place(Evaluation look) {
    return axis() == Axis.STEPS ? look.step() : Math.round(look.epoch());
  }
}
