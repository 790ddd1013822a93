package dev.steepest.cli;

import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.sweep.TrialPlans;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore;
import java.util.List;
import java.util.Optional;

/**
 * What follows when all trials have ended: the best configuration is trained anew with seeds that
 * no trial has seen, and only then tested. The best of many noisy values is better than what it
 * will do again; the fresh runs say by how much.
 */
final class SweepConclusion {
  private final Console console;
  private final TrialStore store;
  private final TrialPlans plans;
  private final Workplace bench;
  private final SweepFolder folder;

  SweepConclusion(
      Console console, TrialStore store, TrialPlans plans, Workplace bench, SweepFolder folder) {
    this.console = console;
    this.store = store;
    this.plans = plans;
    this.bench = bench;
    this.folder = folder;
  }

  /** The exit code. */
  int conclude(int confirmations) {
    Optional<Trial> chosen = SweepFolder.best(store);
    boolean confirmed =
        chosen.isPresent() && (confirmations == 0 || confirm(chosen.get(), confirmations));
    folder.report(console, store, plans, folder.folder().resolve("report"));
    return confirmed ? 0 : 1;
  }

  /** Whether all fresh runs were made. */
  private boolean confirm(Trial chosen, int confirmations) {
    console.note(
        "Trial %d is chosen; %d run(s) of it with fresh seeds follow, and are tested."
            .formatted(chosen.number(), confirmations));
    List<RunSpec> runs = plans.confirmation(chosen.values(), confirmations);
    try (StopSignal signal =
            new StopSignal(
                console, "Stopped. The same command goes on from here; nothing is lost.");
        TrackerNotes _ = new TrackerNotes(bench.trackers(), console);
        Laboratory laboratory = new Laboratory(bench, new Progress(console, folder.finals()))) {
      signal.whenAsked(laboratory::requestStop);
      Laboratory.Tally tally = laboratory.run(runs, new RecordStore(folder.finals()));
      return !tally.stopped() && tally.failed().isEmpty() && tally.unreadable().isEmpty();
    }
  }
}
