package dev.steepest.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code steepest}. */
@Command(
    name = "steepest",
    description = {
      "",
      "An optimizer laboratory: trains real networks with many optimizers under equal conditions,",
      "keeps every run as a record that proves itself, and says which optimizer is better, by how",
      "much, and how sure one may be.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  steepest run quickstart                      five optimizers, eight seeds, a verdict",
      "  steepest run experiments/cifar10-optimizers.yaml --set training.epochs=10 --dry-run",
      "  steepest train --model resnet18 --data cifar10 --optimizer muon --epochs 80",
      "  steepest report runs/quickstart              CSV, PNG and one self-contained HTML page",
      "  steepest doctor                              is this machine set up well?",
      "",
      "Exit codes: 0 done, 1 failure, 2 mistake in the input.",
      "Shell completion: source <(steepest completion)"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    subcommands = {
      RunCommand.class,
      LaunchCommand.class,
      TrainCommand.class,
      DistillCommand.class,
      SweepCommand.class,
      AgentCommand.class,
      CompareCommand.class,
      ReportCommand.class,
      ReplayCommand.class,
      SampleCommand.class,
      ListCommand.class,
      DataCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class,
    })
public final class Main {
  @Option(
      names = "--debug",
      description = "Show stack traces of failures.",
      scope = ScopeType.INHERIT)
  private boolean debug;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(TeamWork.console(System.getenv()), arguments));
  }

  /** Runs a command line and returns its exit code. */
  static int run(Console console, String... arguments) {
    Main main = new Main();
    CommandLine line = new CommandLine(main, new CommandFactory(console));
    line.addSubcommand("completion", new CommandLine(new GenerateCompletion()));
    // What is behind the launched command's name is that command's.
    line.getSubcommands().get("launch").setStopAtPositional(true);
    line.setOut(console.out());
    line.setErr(console.err());
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            console.styled() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(
        (failure, _, _) -> Failure.of(failure).report(console, main.debug));
    if (arguments.length == 0) {
      line.usage(console.out());
      return CommandLine.ExitCode.USAGE;
    }
    try {
      return line.execute(arguments);
    } catch (Error e) { // picocli hands over exceptions only
      return Failure.of(e).report(console, main.debug);
    }
  }

  /** Reads the version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"steepest " + (version == null ? "(development)" : version)};
    }
  }
}
