package dev.steepest.cli;

import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.run.Workplace;
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
    return bench(usualData, usualDevice, threads);
  }

  /** The place of one of several processes on this machine, which share its cores. */
  Workplace shared(int processes) {
    int each = Math.max(1, Runtime.getRuntime().availableProcessors() / processes);
    return bench(
        Optional.empty(), Optional.empty(), threads > 0 || processes == 1 ? threads : each);
  }

  /** The same options for another process, which may start in another folder. */
  List<String> again(int processes) {
    Workplace same = shared(processes);
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--out", out.toAbsolutePath().toString()));
    options.addAll(List.of("--data-dir", same.data().toAbsolutePath().toString()));
    options.addAll(List.of("--device", same.device()));
    options.addAll(List.of("--checkpoint-every", Long.toString(checkpointSeconds)));
    if (same.threads() > 0) {
      options.addAll(List.of("--threads", Integer.toString(same.threads())));
    }
    if (dropCheckpoints) {
      options.add("--drop-checkpoints");
    }
    return options;
  }

  private Workplace bench(
      Optional<String> usualData, Optional<String> usualDevice, int wantedThreads) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (wantedThreads < 0 || wantedThreads > cores) {
      throw new UserError(
          "--threads %d is out of range; this machine has %d cores, allowed: 1 to %d."
              .formatted(wantedThreads, cores, cores));
    }
    if (checkpointSeconds < 0) {
      throw new UserError("--checkpoint-every %d is negative.".formatted(checkpointSeconds));
    }
    return new Workplace(
        DataFolder.resolve(data.or(() -> usualData.map(Path::of).filter(Files::isDirectory))),
        device.or(() -> usualDevice).orElse("auto"),
        wantedThreads,
        Duration.ofSeconds(checkpointSeconds),
        dropCheckpoints ? Workplace.Checkpoints.DROP : Workplace.Checkpoints.KEEP);
  }
}
