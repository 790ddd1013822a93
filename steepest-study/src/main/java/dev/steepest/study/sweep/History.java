package dev.steepest.study.sweep;

import dev.steepest.study.search.Trial;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this process knows of a sweep's trials. Only rows that changed since the last look are read:
 * each is stamped with the revision that changed it. Of one thread at a time.
 */
final class History {
  private final TrialTables tables;
  private final List<KnownTrial> known = new ArrayList<>();

  /** The same trials as others see them: made anew only where something changed. */
  private final List<Trial> trials = new ArrayList<>();

  private final Set<Integer> running = new TreeSet<>();
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
      Set<Integer> changed = new TreeSet<>();
      tables.trialsSince(
          session,
          revision,
          row -> {
            learn(row);
            changed.add(row.number());
          });
      tables.reportsSince(
          session,
          revision,
          (trial, report) -> {
            known.get(trial).reported(report);
            changed.add(trial);
          });
      changed.forEach(this::show);
      revision = newest;
    }
    return newest + 1;
  }

  private void forget() {
    known.clear();
    trials.clear();
    running.clear();
    revision = 0;
  }

  /** Rows come by number, and numbers leave no gap. */
  private void learn(TrialRow row) {
    if (row.number() < known.size()) {
      known.get(row.number()).changed(row);
    } else {
      known.add(new KnownTrial(row));
    }
  }

  private void show(int number) {
    Trial trial = known.get(number).trial();
    if (number < trials.size()) {
      trials.set(number, trial);
    } else {
      trials.add(trial);
    }
    if (trial.state().ended()) {
      running.remove(number);
    } else {
      running.add(number);
    }
  }

  int size() {
    return trials.size();
  }

  KnownTrial get(int number) {
    return known.get(number);
  }

  boolean anyRunning() {
    return !running.isEmpty();
  }

  /** The trial that a claim took. */
  Optional<KnownTrial> takenBy(String operation) {
    return running.stream()
        .map(known::get)
        .filter(trial -> trial.row().operation().equals(operation))
        .findFirst();
  }

  List<Trial> trials() {
    return List.copyOf(trials);
  }

  List<Trial> othersThan(int number) {
    List<Trial> others = new ArrayList<>(trials.size());
    others.addAll(trials.subList(0, number));
    others.addAll(trials.subList(number + 1, trials.size()));
    return Collections.unmodifiableList(others);
  }

  List<TrialStore.Entry> entries() {
    return known.stream().map(trial -> trial.entry(trials.get(trial.row().number()))).toList();
  }
}
