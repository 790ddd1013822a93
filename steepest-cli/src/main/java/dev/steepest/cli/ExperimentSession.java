package dev.steepest.cli;

import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Laboratory.Tally;
import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.run.Workplace;
import dev.steepest.study.compare.VerdictText;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import dev.steepest.study.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Takes an experiment from its plan to its verdict and report, telling the person at the console.
 */
final class ExperimentSession {
  private final Console console;
  private final Experiment experiment;
  private final List<RunSpec> plan;
  private final Path folder;
  private final String source;

  /**
   * @param source the experiment's text and what was set on top of it, see {@link StudySeal#source}
   */
  ExperimentSession(Console console, Experiment experiment, Path folder, String source) {
    this.console = console;
    this.experiment = experiment;
    this.source = source;
    this.plan = Plan.of(experiment);
    this.folder = folder;
  }

  /** Prints what would be run. */
  int dryRun() {
    console.say(experiment.title());
    if (!experiment.about().isEmpty()) {
      console.say(experiment.about().strip());
    }
    console.say("");
    console.say(
        "%d runs: %d seed(s) of %d arm(s) on %d problem(s); into %s"
            .formatted(
                plan.size(),
                experiment.seeds().size(),
                experiment.arms().size(),
                plan.stream().map(RunSpec::problem).distinct().count(),
                folder));
    console.say(
        "decided by %s, %s, alpha %s"
            .formatted(
                experiment.rule().metric(), experiment.rule().spoken(), experiment.rule().alpha()));
    console.say("plan " + Plan.hash(experiment));
    console.say("");
    for (RunSpec spec : plan) {
      console.say(
          "%s  seed %d  %-28s %s".formatted(spec.id(), spec.seed(), spec.problem(), spec.arm()));
    }
    return 0;
  }

  /** Makes what is missing, then decides; with others, if a launcher has started them. */
  int run(Workplace bench) {
    return TeamWork.run(
        console, team -> team.leads() ? lead(bench.with(team)) : follow(bench.with(team)));
  }

  /** Does its part of what rank 0 makes. */
  private IntSupplier follow(Workplace bench) {
    try (StopSignal signal = new StopSignal(Console.silent(), "");
        Laboratory laboratory = new Laboratory(bench, new RunListener() {})) {
      signal.whenAsked(laboratory::requestStop);
      laboratory.follow(plan);
    }
    return () -> 0;
  }

  /** Makes the runs; what is said in the end is no business of the others. */
  private IntSupplier lead(Workplace bench) {
    RecordStore store = new RecordStore(folder);
    Progress lines = new Progress(console, folder);
    RunListener progress = listener(lines);
    Tally tally;
    String farewell =
        "Stopped. The same command goes on from here; nothing is lost. Records: " + folder;
    try (StopSignal signal = new StopSignal(console, farewell);
        TrackerNotes _ = new TrackerNotes(bench.trackers(), console);
        Laboratory laboratory = new Laboratory(bench, progress)) {
      signal.whenAsked(laboratory::requestStop);
      List<String> problems = laboratory.problems(plan);
      if (!problems.isEmpty()) {
        return () -> {
          throw new UserError("The experiment cannot be run:\n  " + String.join("\n  ", problems));
        };
      }
      bench.team().unhurried(this::seal);
      tally = laboratory.run(plan, store);
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
    return () -> conclude(tally);
  }

  private RunListener listener(Progress lines) {
    if (SpeedrunTable.suits(plan)) {
      return new SpeedrunTable(console, lines, plan);
    }
    return SpeedrunLines.suits(plan) ? new SpeedrunLines(console, lines) : lines;
  }

  private void seal() {
    StudySeal seal =
        StudySeal.seal(
            folder,
            experiment.name(),
            experiment.title(),
            experiment.rule(),
            Plan.hash(experiment),
            plan,
            source);
    if (seal.changed()) {
      console.note(
          "The plan differs from the one that this folder was sealed with; the report will say so.");
    }
  }

  private int conclude(Tally tally) {
    if (tally.stopped()) {
      return 1;
    }
    if (tally.skipped() > 0) {
      console.note(
          "%d of %d runs were finished before and are kept."
              .formatted(tally.skipped(), plan.size()));
    }
    if (!tally.outdated().isEmpty()) {
      console.note(
          "%d of them were made of other files than are here now; remove those runs to make them anew:\n  %s"
              .formatted(tally.outdated().size(), String.join("\n  ", tally.outdated())));
    }
    Results results = Results.read(List.of(folder));
    var verdict = results.verdict();
    console.say("");
    console.say(VerdictText.of(verdict));
    List<Path> written =
        Report.write(folder.resolve("report"), results.title(), results.records(), verdict);
    console.say("");
    console.say("Records: " + folder);
    written.stream()
        .filter(f -> f.toString().endsWith(".html"))
        .forEach(f -> console.say("Report:  " + f));
    List<RunRecord> failed = tally.failed();
    if (!tally.unreadable().isEmpty()) {
      console.note(
          "%d run(s) were not made, because their records cannot be read; mend or remove them:\n  %s"
              .formatted(tally.unreadable().size(), String.join("\n  ", tally.unreadable())));
    }
    if (!failed.isEmpty()) {
      console.note(
          "%d run(s) failed and will be tried again by the same command:\n  %s"
              .formatted(
                  failed.size(),
                  failed.stream()
                      .map(r -> r.folder() + ": " + r.outcome().orElseThrow().reason())
                      .collect(Collectors.joining("\n  "))));
    }
    return failed.isEmpty() && tally.unreadable().isEmpty() ? 0 : 1;
  }
}
