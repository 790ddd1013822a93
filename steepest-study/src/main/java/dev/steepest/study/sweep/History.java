package dev.steepest.study.sweep;

import dev.steepest.study.search.Trial;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this process knows of a sweep's trials. Only rows that changed since the last look are read:
 * each is stamped with the revision that changed it. Of one thread at a time.
 */
final class History {
  private final TrialTables tables;
  private final List<KnownTrial> trials = new ArrayList<>();
  private long revision;

  History(TrialTables tables) {
    this.tables = tables;
  }

  /**
   * Learns what changed; from here to the end of the transaction nothing else does.
   *
   * @return the revision that a change in this transaction makes
   */
  long refresh(Session session) throws SQLException {
    long newest = tables.lock(session);
    if (newest < revision) {
      forget(); // the store was put back to an earlier state, as from a copy
    }
    if (newest > revision) {
      tables.trialsSince(session, revision, this::learn);
      tables.reportsSince(session, revision, (trial, report) -> trials.get(trial).reported(report));
      revision = newest;
    }
    return newest + 1;
  }

  private void forget() {
    trials.clear();
    revision = 0;
  }

  /** Rows come by number, and numbers leave no gap. */
  private void learn(TrialRow row) {
    if (row.number() < trials.size()) {
      trials.get(row.number()).changed(row);
    } else {
      trials.add(new KnownTrial(row));
    }
  }

  int size() {
    return trials.size();
  }

  KnownTrial get(int number) {
    return trials.get(number);
  }

  boolean anyRunning() {
    return trials.stream().anyMatch(KnownTrial::running);
  }

  /** The trial that an operation wrote last. */
  Optional<KnownTrial> writtenBy(String operation) {
    return trials.stream().filter(known -> known.row().operation().equals(operation)).findFirst();
  }

  List<Trial> trials() {
    return trials.stream().map(KnownTrial::trial).toList();
  }

  List<Trial> othersThan(int number) {
    return trials.stream()
        .filter(known -> known.row().number() != number)
        .map(KnownTrial::trial)
        .toList();
  }

  List<TrialStore.Entry> entries() {
    return trials.stream().map(KnownTrial::entry).toList();
  }
}
