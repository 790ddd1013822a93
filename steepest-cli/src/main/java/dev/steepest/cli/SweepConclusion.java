package dev.steepest.cli;

import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.sweep.TrialPlans;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Trial;
import dev.steepest.study.stats.Summary;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore.Entry;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What follows when all trials have ended: the best configuration is trained anew with seeds that
 * no trial has seen, and only then tested. The best of many noisy values is better than what it
 * will do again; the fresh runs say by how much.
 */
final class SweepConclusion {
  private static final double CONFIDENCE = 0.95;

  private final Console console;
  private final Sweep sweep;
  private final TrialPlans plans;
  private final Workplace bench;
  private final Path folder;

  SweepConclusion(
      Console console, Sweep sweep, TrialPlans plans, Workplace bench, Path folder) {
    this.console = console;
    this.sweep = sweep;
    this.plans = plans;
    this.bench = bench;
    this.folder = folder;
  }

  /** The exit code. */
  int conclude(List<Entry> trials, int confirmations) {
    Optional<Trial> best =
        trials.stream()
            .map(Entry::trial)
            .filter(t -> t.state() == Trial.State.FINISHED && t.value().isPresent())
            .min(Comparator.comparingDouble(t -> sweep.goal().cost(t.value().getAsDouble())));
    if (best.isEmpty()) {
      console.say(
          "None of %d trials was trained to its end; nothing can be chosen."
              .formatted(trials.size()));
      return 1;
    }
    Trial chosen = best.get();
    console.say("");
    console.say(
        String.format(
            Locale.ROOT,
            "Chosen: trial %d, %s %.5g: %s",
            chosen.number(),
            sweep.metric(),
            chosen.value().getAsDouble(),
            chosen.values()));
    List<RunRecord> confirmed = confirm(chosen, confirmations);
    return confirmed.size() == confirmations ? 0 : 1;
  }

  private List<RunRecord> confirm(Trial chosen, int confirmations) {
    List<RunSpec> runs = plans.confirmation(chosen.values(), confirmations);
    Path records = folder.resolve("final");
    try (StopSignal signal =
            new StopSignal(
                console, "Stopped. The same command goes on from here; nothing is lost.");
        Laboratory laboratory = new Laboratory(bench, new Progress(console, records))) {
      signal.whenAsked(laboratory::requestStop);
      laboratory.run(runs, new RecordStore(records));
    }
    List<RunRecord> finished =
        RecordStore.contents(records).records().stream()
            .filter(record -> runs.stream().anyMatch(run -> run.id().equals(record.spec().id())))
            .filter(RunRecord::finished)
            .toList();
    if (!finished.isEmpty()) {
      console.say(sentence(finished));
    }
    return finished;
  }

  private static String sentence(List<RunRecord> finished) {
    double[] accuracies =
        finished.stream()
            .flatMapToDouble(record -> record.last(Metric.TEST_ACCURACY).stream())
            .toArray();
    Summary summary = Summary.of(accuracies, CONFIDENCE);
    String interval =
        summary
            .interval()
            .map(i ->
                String.format(
                    Locale.ROOT, " (95 %% CI %.2f to %.2f)", 100 * i.low(), 100 * i.high()))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "Test accuracy of %d fresh runs: %.2f %%%s",
        accuracies.length,
        100 * summary.mean(),
        interval);
  }
}
