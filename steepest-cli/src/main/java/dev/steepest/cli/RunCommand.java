package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.study.experiment.ArmList;
import dev.steepest.study.experiment.Experiment;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.experiment.Setting;
import dev.steepest.study.record.StudySeal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an experiment file to its verdict. */
@Command(
    name = "run",
    description = {
      "Run an experiment file: plan, runs, verdict, report.",
      "Finished runs are skipped, interrupted ones continue; several processes may share a folder.",
      "Without -e, --quick or --all the arms that 'mode' in the file chooses are run, else all."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  steepest run quickstart",
      "  steepest run experiments/cifar10-optimizers.yaml --dry-run",
      "  steepest run airbench94 --list",
      "  steepest run airbench94 -e baseline lion --dry-run",
      "  steepest run cifar10-optimizers --set training.epochs=10 --set seeds=6 \\",
      "      --set 'optimizer=[adamw, muon]' --set optimizer.muon.lr=0.02"
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "EXPERIMENT",
      description = "A file, or the name of one in experiments/.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Override a value of the file; may be repeated. A list makes an axis.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--dry-run", description = "Print the plan and stop.")
  private boolean dryRun;

  @Option(
      names = "--resume",
      description = "Go on with what is there (this is the default, and there is no other way).")
  @SuppressWarnings(
      "UnusedVariable") // says what happens anyhow, for those who expect to have to ask
  private boolean resume;

  @Mixin private ArmOptions arms;

  @Mixin private WorkplaceOptions bench;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path path = ExperimentFiles.find(file);
    String text = ExperimentFiles.text(path);
    Catalog catalog = new Catalog();
    ArmList named = ArmList.read(text, path.toString(), catalog);
    List<Setting> set = new ArrayList<>(arms.settings(named, file));
    overrides.forEach(override -> set.add(Setting.option(override)));
    Experiment experiment = ExperimentFile.readWith(text, path.toString(), set, catalog);
    if (arms.list()) {
      ArmOptions.print(console, named, experiment, file);
      return 0;
    }
    ExperimentSession session =
        new ExperimentSession(
            console,
            experiment,
            bench.folder(experiment.name()),
            StudySeal.source(text, set.stream().map(Setting::assignment).toList()));
    return dryRun ? session.dryRun() : session.run(bench.bench());
  }
}
