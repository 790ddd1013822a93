package dev.steepest.cli;

import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.lab.sweep.TrialPlans;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.compare.VerdictText;
import dev.steepest.study.report.Report;
import dev.steepest.study.sweep.StoreOptions;
import dev.steepest.study.sweep.TrialStore;
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
    if (SweepFolder.is(folders.getFirst())) {
      return reportSweep();
    }
    Results results = Results.read(folders);
    Path folder = out.orElse(folders.getFirst().resolve("report"));
    Verdict verdict = results.verdict();
    List<Path> written = Report.write(folder, results.title(), results.records(), verdict);
    console.say(VerdictText.of(verdict));
    console.say("");
    written.forEach(file -> console.say(file.toString()));
    return 0;
  }

  private int reportSweep() {
    if (folders.size() > 1) {
      throw new UserError(
          "%s holds a sweep, which is reported alone; leave the other folders out."
              .formatted(folders.getFirst()));
    }
    SweepFolder sweep = new SweepFolder(folders.getFirst());
    try (TrialStore store = sweep.open(StoreOptions.DEFAULT.withNotes(console::note))) {
      TrialPlans plans = SweepSource.read(store.sweep().text()).plans(store.sweep());
      sweep.report(console, store, plans, out.orElse(sweep.folder().resolve("report")));
    }
    return 0;
  }
}
