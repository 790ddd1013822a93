package dev.steepest.cli;

import dev.steepest.lab.sweep.SweepSource;
import dev.steepest.lab.sweep.SweepSource.Text;
import dev.steepest.study.sweep.Sweep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for good hyper-parameters as a sweep file says. */
@Command(
    name = "sweep",
    description = {
      "Run a sweep: propose configurations, train them, end the hopeless ones early, choose the",
      "best by validation data, train it anew with fresh seeds, test it once, report.",
      "Sweep files of Weights & Biases are understood as they are; parameters are flat words as",
      "'train --config' knows them (lr, batch_size, model_name …) or settings (optimizer.lr).",
      "The same command goes on with what is there; 'steepest agent' joins from anywhere."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  steepest sweep configs/sweep-mnist.yaml",
      "  steepest sweep sweep.yaml --config config_cifar100.yaml --set training.epochs=5",
      "  steepest sweep sweep.yaml --set run_cap=50 --set parameters.lr.max=0.1 --agents 2",
      "  steepest sweep sweep.yaml --store jdbc:postgresql://db/lab?user=me --slurm 16 --dry-run"
    })
final class SweepCommand implements Callable<Integer> {
  /** Keys of a sweep file: what is set of them is the sweep's, everything else the runs'. */
  private static final Set<String> OF_SWEEP =
      Set.of(
          "name",
          "description",
          "program",
          "command",
          "method",
          "metric",
          "parameters",
          "early_terminate",
          "run_cap",
          "seed");

  private final Console console;

  @Parameters(paramLabel = "SWEEP", description = "A sweep file.")
  private String file;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "What all trials share: a configuration; else the one that the sweep names.")
  private Optional<String> config = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Override a key of the sweep (method, run_cap, parameters.lr.max …) or a setting of all runs; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Runs of each trial, whose mean counts (default: ${DEFAULT-VALUE}).")
  private int seeds = 1;

  @Option(
      names = "--confirm",
      paramLabel = "N",
      description =
          "Runs of the chosen configuration with fresh seeds, tested after their last step (default: ${DEFAULT-VALUE}; 0 = none).")
  private int confirmations = 3;

  @Option(
      names = "--store",
      paramLabel = "ADDRESS",
      description =
          "SQLite file, or jdbc:postgresql://HOST/DATABASE for several machines (default: trials.sqlite in the sweep's folder).")
  private Optional<String> store = Optional.empty();

  @Option(
      names = "--agents",
      paramLabel = "N",
      description =
          "Processes on this machine, which share its cores (default: ${DEFAULT-VALUE}, this one).")
  private int agents = 1;

  @Mixin private SilenceOption silence;

  @Mixin private SlurmOptions slurm;

  @Option(names = "--dry-run", description = "Print the first trials and stop.")
  private boolean dryRun;

  @Mixin private WorkplaceOptions bench;

  SweepCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireCounts();
    SweepSource source = source();
    SweepSession session = new SweepSession(console, source, bench, store, silence);
    session.requireRuns();
    if (slurm.asked()) {
      return session.slurm(slurm, dryRun);
    }
    return dryRun ? session.dryRun() : session.run(agents, confirmations);
  }

  private void requireCounts() {
    int cores = Cores.here().count();
    if (seeds < 1) {
      throw new UserError("--seeds %d is out of range; allowed: 1 or more.".formatted(seeds));
    }
    if (confirmations < 0) {
      throw new UserError(
          "--confirm %d is out of range; allowed: 0 or more.".formatted(confirmations));
    }
    if (agents < 1 || agents > cores) {
      throw new UserError(
          "--agents %d is out of range; this machine has %d cores, allowed: 1 to %d."
              .formatted(agents, cores, cores));
    }
  }

  private SweepSource source() {
    Path path = ConfigurationFiles.find(file);
    Text text = text(path);
    List<String> ofSweep = overrides.stream().filter(SweepCommand::isOfSweep).toList();
    List<String> ofRuns = overrides.stream().filter(o -> !isOfSweep(o)).toList();
    if (ofRuns.stream().anyMatch(o -> o.startsWith("seeds="))) {
      throw new UserError(
          "The runs of a trial are counted by --seeds N; --set seeds has no place.");
    }
    List<Long> numbers = LongStream.rangeClosed(1, seeds).boxed().toList();
    SweepSource bare = new SweepSource(text, ofSweep, Optional.empty(), ofRuns, numbers);
    Optional<Path> configuration =
        config
            .map(ConfigurationFiles::find)
            .or(() -> named(bare.sweep(), path.toAbsolutePath().getParent()));
    return new SweepSource(text, ofSweep, configuration.map(SweepCommand::text), ofRuns, numbers);
  }

  /** By its name alone: the same file is the same sweep, wherever it is called from. */
  private static Text text(Path file) {
    return new Text(file.getFileName().toString(), ExperimentFiles.text(file));
  }

  private static boolean isOfSweep(String override) {
    return OF_SWEEP.contains(override.split("[.=]", 2)[0]);
  }

  /** The configuration that the sweep file names, beside it or anywhere else. */
  private static Optional<Path> named(Sweep sweep, Path folder) {
    return SweepSource.configurationOf(sweep)
        .map(name -> {
          Path beside = folder.resolve(name);
          return Files.isRegularFile(beside) ? beside : ConfigurationFiles.find(name);
        });
  }
}
