package dev.steepest.cli;

import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Workplace;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a recorded run again and says whether it came out the same. */
@Command(
    name = "replay",
    description = {
      "Make a recorded run again from its record alone, and say whether it came out the same.",
      "On the same machine and version a CPU run comes out the same to the bit."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  steepest replay runs/quickstart/RUN --out replayed"})
final class ReplayCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", description = "Folder of one run.")
  private Path run;

  @Mixin private WorkplaceOptions bench;

  ReplayCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!RecordStore.isRun(run)) {
      throw new UserError("%s is not the folder of a run: it has no run.json.".formatted(run));
    }
    RunRecord original = RecordStore.read(run);
    RunSpec spec = original.spec();
    RecordStore store = new RecordStore(bench.folder(spec.experiment() + "-replay"));
    Progress progress = new Progress(console, store.folder());
    Workplace place = bench.bench();
    try (StopSignal signal =
            new StopSignal(console, "Stopped. The same command goes on from here.");
        TrackerNotes _ = new TrackerNotes(place.trackers(), console);
        Laboratory laboratory = new Laboratory(place, progress)) {
      signal.whenAsked(laboratory::requestStop);
      List<String> problems = laboratory.problems(List.of(spec));
      if (!problems.isEmpty()) {
        throw new UserError("The run cannot be replayed:\n  " + String.join("\n  ", problems));
      }
      Laboratory.Tally tally = laboratory.run(List.of(spec), store);
      if (tally.stopped()) {
        return 1;
      }
      if (tally.made().isEmpty()) {
        throw new UserError(
            "The run was replayed before; remove %s, or name another folder with --out."
                .formatted(store.folderOf(spec)));
      }
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
    RunRecord again = RecordStore.read(store.folderOf(spec));
    if (!again.finished() && !again.diverged()) {
      console.note(
          "The replay failed: " + again.outcome().map(Outcome::reason).orElse("no outcome"));
      return 1;
    }
    List<String> differences = differences(original, again);
    if (differences.isEmpty()) {
      console.say("The replay is equal to the record, to the bit: " + again.folder());
      return 0;
    }
    console.say("The replay differs from the record:\n  " + String.join("\n  ", differences));
    return 1;
  }

  /** A run that was ended for good is equal as far as it came; its replay goes on to the end. */
  private static List<String> differences(RunRecord a, RunRecord b) {
    List<String> differences = new ArrayList<>();
    if (!a.checksums().equals(b.checksums())) {
      differences.add(
          "the data are not the same: %s, now %s".formatted(a.checksums(), b.checksums()));
    }
    if (!a.terminated() && !a.measured().equals(b.measured())) {
      differences.add("results %s, now %s".formatted(a.measured(), b.measured()));
    }
    int looks =
        a.terminated()
            ? Math.min(a.evaluations().size(), b.evaluations().size())
            : b.evaluations().size();
    if (a.evaluations().size() != looks) {
      differences.add("%d evaluations, now %d".formatted(a.evaluations().size(), looks));
    }
    for (int i = 0; i < Math.min(a.evaluations().size(), b.evaluations().size()); i++) {
      Evaluation left = a.evaluations().get(i);
      Evaluation right = b.evaluations().get(i);
      if (!left.sameMeasurement(right)) {
        differences.add(
            "epoch %s: %s, now %s".formatted(left.epoch(), left.values(), right.values()));
      }
    }
    a.environment()
        .facts()
        .forEach((fact, value) -> {
          String now = b.environment().facts().get(fact);
          if (!differences.isEmpty() && !value.equals(now)) {
            differences.add("%s was %s, now %s".formatted(fact, value, now));
          }
        });
    return differences;
  }
}
