package dev.steepest.cli;

import dev.steepest.study.compare.VerdictText;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the verdict over finished runs. */
@Command(
    name = "compare",
    description = "Print the verdict over the runs in some folders.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  steepest compare runs/quickstart"})
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of runs.")
  private List<Path> folders;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Results results = Results.read(folders);
    console.say(VerdictText.of(results.verdict()));
    return 0;
  }
}
