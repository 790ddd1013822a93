package dev.steepest.cli;

import dev.steepest.lab.run.Bench;
import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.Laboratory.Tally;
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
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Takes an experiment from its plan to its verdict and report, telling the person at the console. */
final class ExperimentSession {
  private final Console console;
  private final Experiment experiment;
  private final List<RunSpec> plan;
  private final Path folder;

  ExperimentSession(Console console, Experiment experiment, Path folder) {
    this.console = console;
    this.experiment = experiment;
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
                experiment.rule().metric(),
                experiment
                    .rule()
                    .baseline()
                    .map(b -> "every arm against " + b)
                    .orElse("every pair of arms"),
                experiment.rule().alpha()));
    console.say("plan " + Plan.hash(experiment));
    console.say("");
    for (RunSpec spec : plan) {
      console.say(
          "%s  seed %d  %-28s %s".formatted(spec.id(), spec.seed(), spec.problem(), spec.arm()));
    }
    return 0;
  }

  /** Makes what is missing, then decides. */
  int run(Bench bench) {
    RecordStore store = new RecordStore(folder);
    Progress progress = new Progress(console, folder);
    try (Laboratory laboratory = new Laboratory(bench, progress)) {
      List<String> problems = laboratory.problems(plan);
      if (!problems.isEmpty()) {
        throw new UserError("The experiment cannot be run:\n  " + String.join("\n  ", problems));
      }
      StudySeal seal =
          StudySeal.seal(
              folder,
              experiment.name(),
              experiment.title(),
              experiment.rule(),
              Plan.hash(experiment),
              plan.stream().map(RunSpec::id).toList());
      if (seal.changed()) {
        console.note("The plan differs from the one that this folder was sealed with; the report will say so.");
      }
      Tally tally = stoppable(laboratory, store);
      return conclude(tally);
    } catch (IllegalArgumentException e) {
      throw new UserError(e.getMessage());
    }
  }

  /** Ctrl-C stops after the current step, with a checkpoint; the process ends when that is written. */
  private Tally stoppable(Laboratory laboratory, RecordStore store) {
    CountDownLatch safe = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              console.note("Stopping after this step …");
              laboratory.requestStop();
              awaitUninterrupted(safe);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Tally tally = laboratory.run(plan, store);
      if (tally.stopped()) {
        console.note("Stopped. The same command goes on from here; nothing is lost. Records: " + folder);
      }
      return tally;
    } finally {
      safe.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // The JVM is going down: the hook has run.
      }
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private int conclude(Tally tally) {
    if (tally.stopped()) {
      return 1;
    }
    if (tally.skipped() > 0) {
      console.note("%d of %d runs were finished before and are kept.".formatted(tally.skipped(), plan.size()));
    }
    if (tally.busy() > 0) {
      console.note("%d run(s) are being made by another process; the verdict below lacks them.".formatted(tally.busy()));
    }
    Results results = Results.read(List.of(folder));
    var verdict = results.verdict();
    console.say("");
    console.say(VerdictText.of(verdict));
    List<Path> written = Report.write(folder.resolve("report"), results.title(), results.records(), verdict);
    console.say("");
    console.say("Records: " + folder);
    written.stream()
        .filter(f -> f.toString().endsWith(".html"))
        .forEach(f -> console.say("Report:  " + f));
    List<RunRecord> failed = tally.failed();
    if (!failed.isEmpty()) {
      console.note(
          "%d run(s) failed and will be tried again by the same command:\n  %s"
              .formatted(
                  failed.size(),
                  failed.stream()
                      .map(r -> r.folder() + ": " + r.outcome().orElseThrow().reason())
                      .collect(Collectors.joining("\n  "))));
      return 1;
    }
    return 0;
  }
}
