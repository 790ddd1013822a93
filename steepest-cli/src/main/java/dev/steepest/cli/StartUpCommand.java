package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.run.Workplace;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Prints a line after the first optimizer step and ends: what {@code bench loop} times, and what
 * teaches the JVM.
 */
@Command(name = "startup", hidden = true)
final class StartUpCommand implements Callable<Integer> {
  static final String SIGNAL = "first step";

  private static final String EXPERIMENT =
      """
      name: startup
      model: small-cnn
      data: shapes
      optimizer: sgd
      training: {epochs: 1, log_every: 1}
      """;

  private final Console console;

  StartUpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("steepest-startup");
    List<RunSpec> plan =
        Plan.of(ExperimentFile.read(EXPERIMENT, "startup", List.of(), new Catalog()));
    AtomicReference<Laboratory> laboratory = new AtomicReference<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void stepped(StepReport step) {
            console.say(SIGNAL);
            laboratory.get().requestStop();
          }
        };
    Workplace bench =
        new Workplace(
            DataFolder.resolve(Optional.empty()),
            "auto",
            0,
            Duration.ofDays(1),
            Workplace.Checkpoints.DROP);
    try (Laboratory lab = new Laboratory(bench, listener)) {
      laboratory.set(lab);
      lab.run(plan, new RecordStore(folder));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return 0;
  }
}
