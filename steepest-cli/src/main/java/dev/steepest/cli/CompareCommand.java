package dev.steepest.cli;

import dev.steepest.study.compare.SideBySide;
import dev.steepest.study.compare.SideBySideText;
import dev.steepest.study.compare.VerdictText;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.SideBySideReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the verdict over finished runs. */
@Command(
    name = "compare",
    description = "Print the verdict over the runs in some folders.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  steepest compare runs/quickstart",
      "  steepest compare --side-by-side runs/moe-muon-vs-adam runs/moe-muon-vs-adam-as-logged"
    })
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of runs.")
  private List<Path> folders;

  @Option(
      names = "--side-by-side",
      description =
          "Two folders with the same arms, treated otherwise: what each says, and what changes.")
  private boolean sideBySide;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description = "With --side-by-side: where to write it as HTML, CSV and text, too.")
  private Optional<Path> out = Optional.empty();

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (sideBySide) {
      return twoStudies();
    }
    if (out.isPresent()) {
      throw new UserError(
          "--out is for --side-by-side; steepest report writes what is shown of runs.");
    }
    Results results = Results.read(folders);
    console.say(VerdictText.of(results.verdict()));
    return 0;
  }

  private int twoStudies() {
    if (folders.size() != 2) {
      throw new UserError(
          "--side-by-side takes two folders of runs, not %d.".formatted(folders.size()));
    }
    Results left = Results.read(folders.subList(0, 1));
    Results right = Results.read(folders.subList(1, 2));
    SideBySide sides =
        SideBySide.of(
            name(folders.getFirst()),
            left.records(),
            name(folders.getLast()),
            right.records(),
            left.rule());
    if (sides.rows().isEmpty()) {
      throw new UserError(
          "The two studies have no comparison in common: %s has runs of %s, %s of %s; both need finished runs of the same two arms."
              .formatted(folders.getFirst(), arms(left), folders.getLast(), arms(right)));
    }
    console.say(SideBySideText.of(sides));
    for (Results results : List.of(left, right)) {
      results.alarms().forEach(alarm -> console.note("! " + alarm.sentence()));
    }
    if (!left.rule().decision().equals(right.rule().decision())) {
      console.note("! The studies were stated with different rules; that of the first is used.");
    }
    out.ifPresent(folder ->
        SideBySideReport.write(folder, sides).forEach(file -> console.say(file.toString())));
    return 0;
  }

  private static String arms(Results results) {
    return results.records().stream()
        .filter(RunRecord::finished)
        .map(run -> run.spec().arm())
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String name(Path folder) {
    return folder.toAbsolutePath().normalize().getFileName().toString();
  }
}
