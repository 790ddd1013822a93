package dev.steepest.cli;

import dev.steepest.study.compare.Verdict;
import dev.steepest.study.compare.VerdictText;
import dev.steepest.study.report.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the report over finished runs. */
@Command(
    name = "report",
    description = "Write CSV files, PNG plots and one self-contained HTML page about some runs.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Reads folders of Steepest runs, and result folders of the CIFAR-10 optimizer benchmark.",
      "",
      "Example:  steepest report runs/quickstart --out report"
    })
final class ReportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of runs.")
  private List<Path> folders;

  @Option(
      names = {"-o", "--out", "--out_dir"},
      paramLabel = "DIR",
      description = "Where to write (default: 'report' in the first folder).")
  private Optional<Path> out = Optional.empty();

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Results results = Results.read(folders);
    Path folder = out.orElse(folders.getFirst().resolve("report"));
    Verdict verdict = results.verdict();
    List<Path> written = Report.write(folder, results.title(), results.records(), verdict);
    console.say(VerdictText.of(verdict));
    console.say("");
    written.forEach(file -> console.say(file.toString()));
    return 0;
  }
}
