package dev.steepest.cli;

import dev.steepest.lab.catalog.Catalog;
import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.run.Bench;
import dev.steepest.lab.run.Laboratory;
import dev.steepest.lab.run.RunListener;
import dev.steepest.lab.train.StepReport;
import dev.steepest.study.experiment.ExperimentFile;
import dev.steepest.study.plan.Plan;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RecordStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Prints the seconds from the start of this process to the end of its first optimizer step; for {@code bench loop}. */
@Command(name = "startup", hidden = true)
final class StartUpCommand implements Callable<Integer> {
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
    Instant start = ProcessHandle.current().info().startInstant().orElseThrow();
    Path folder = Files.createTempDirectory("steepest-startup");
    List<RunSpec> plan =
        Plan.of(ExperimentFile.read(EXPERIMENT, "startup", List.of(), new Catalog()));
    AtomicReference<Instant> firstStep = new AtomicReference<>();
    AtomicReference<Laboratory> laboratory = new AtomicReference<>();
    RunListener listener =
        new RunListener() {
          @Override
          public void stepped(StepReport step) {
            firstStep.compareAndSet(null, Instant.now());
            laboratory.get().requestStop();
          }
        };
    Bench bench =
        new Bench(
            DataFolder.resolve(Optional.empty()), "auto", 0, Duration.ofDays(1), Bench.Checkpoints.DROP);
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
    console.say(
        String.format(Locale.ROOT, "%.3f", Duration.between(start, firstStep.get()).toNanos() / 1e9));
    return 0;
  }
}
