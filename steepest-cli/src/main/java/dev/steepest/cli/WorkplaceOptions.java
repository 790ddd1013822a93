package dev.steepest.cli;

import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.run.Workplace;
import dev.steepest.study.track.Trackers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options that say where runs are made; none changes what is run. */
final class WorkplaceOptions {
  @Option(
      names = {"-o", "--out", "--out_dir"},
      paramLabel = "DIR",
      description = "Folder of experiments; runs go to DIR/NAME (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("runs");

  @Option(
      names = {"--data-dir", "--data_root"},
      paramLabel = "DIR",
      description = "Folder of data sets (else $STEEPEST_DATA, else ~/.steepest/data).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "auto, cpu, cuda:N or mps (default: auto).")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Computing threads (default: one per core).")
  private int threads;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "SECONDS",
      description =
          "Training time that a killed run loses at most, unless writing takes over 1 %% of it (default: 60).")
  private long checkpointSeconds = Workplace.USUAL_CHECKPOINT_INTERVAL.toSeconds();

  @Option(
      names = "--drop-checkpoints",
      description = "Delete the checkpoint of each finished run, to save disk space.")
  private boolean dropCheckpoints;

  @Option(
      names = "--track",
      paramLabel = "WORD",
      split = ",",
      description =
          "Tell runs to others too: tensorboard, wandb, mlflow=http://HOST:PORT; several by commas.")
  private List<String> trackers = new ArrayList<>();

  Path folder(String experiment) {
    return out.resolve(experiment);
  }

  Workplace bench() {
    return bench(Optional.empty(), Optional.empty());
  }

  /**
   * The place for a run whose configuration names a place too, which the options win over.
   *
   * @param usualData folder of data sets, taken where it is there
   * @param usualDevice a device
   */
  Workplace bench(Optional<String> usualData, Optional<String> usualDevice) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads < 0 || threads > cores) {
      throw new UserError(
          "--threads %d is out of range; this machine has %d cores, allowed: 1 to %d."
              .formatted(threads, cores, cores));
    }
    if (checkpointSeconds < 0) {
      throw new UserError("--checkpoint-every %d is negative.".formatted(checkpointSeconds));
    }
    Workplace untold =
        new Workplace(
            DataFolder.resolve(data.or(() -> usualData.map(Path::of).filter(Files::isDirectory))),
            device.or(() -> usualDevice).orElse("auto"),
            threads,
            Duration.ofSeconds(checkpointSeconds),
            dropCheckpoints ? Workplace.Checkpoints.DROP : Workplace.Checkpoints.KEEP);
    return untold.with(Trackers.of(trackers));
  }
}
