package dev.steepest.study.track;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SortedMap;

/** Tells a run to a file, and its ledger what is told. */
final class FileTracking implements Tracking {
  private final Ledger ledger;
  private final RunFile file;
  private final InstantSource clock;

  /** Tells what {@code run} has beyond what the ledger knows. */
  FileTracking(TrackedRun run, Ledger ledger, RunFile file, InstantSource clock) {
    this.ledger = ledger;
    this.file = file;
    this.clock = clock;
    int evaluations = ledger.kept().evaluations();
    int steps = ledger.kept().steps();
    Row.inOrder(
            run.evaluations().subList(evaluations, run.evaluations().size()),
            run.steps().subList(steps, run.steps().size()))
        .forEach(row -> tell(row, run.dated(row.at())));
  }

  @Override
  public void evaluated(Evaluation row) {
    tell(new Row(Row.Kind.EVALUATION, row), clock.instant());
  }

  @Override
  public void stepped(Evaluation row) {
    tell(new Row(Row.Kind.STEP, row), clock.instant());
  }

  private void tell(Row row, Instant at) {
    file.add(row, at);
    ledger.told(row.kind(), file.extent());
  }

  @Override
  public void ends(Outcome outcome, SortedMap<String, Double> results) {
    file.end(outcome, results);
    ledger.ended(file.extent());
  }

  @Override
  public void close() {
    try (ledger) {
      file.close();
    }
  }
}
