package dev.steepest.cli;

import dev.steepest.lab.catalog.FlatConfiguration;
import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.run.Workplace;
import dev.steepest.study.track.Trackers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

  private final Console console;

  WorkplaceOptions(Console console) {
    this.console = console;
  }

  Path folder(String experiment) {
    return out.resolve(experiment);
  }

  /**
   * A place that a configuration names, too; options win over it.
   *
   * @param data folder of data sets, taken where it is there
   * @param device to compute on
   * @param trackers that are told of runs, beside those of the options
   */
  record Hints(Optional<String> data, Optional<String> device, List<String> trackers) {
    static final Hints NONE = new Hints(Optional.empty(), Optional.empty(), List.of());

    static Hints of(FlatConfiguration.Meaning configuration) {
      return new Hints(configuration.data(), configuration.device(), configuration.trackers());
    }
  }

  Workplace bench() {
    return bench(Hints.NONE);
  }

  Workplace bench(Hints hints) {
    return bench(hints, threads);
  }

  /** The place of one of several processes on this machine, which share its cores. */
  Workplace shared(int processes, Hints hints) {
    int each = Math.max(1, Runtime.getRuntime().availableProcessors() / processes);
    return bench(hints, threads > 0 || processes == 1 ? threads : each);
  }

  /** The same options for another process, which may start in another folder. */
  List<String> again(int processes, Hints hints) {
    Workplace same = shared(processes, hints);
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
    told(hints).forEach(word -> options.addAll(List.of("--track", word)));
    return options;
  }

  private List<String> told(Hints hints) {
    return Stream.concat(trackers.stream(), hints.trackers().stream()).distinct().toList();
  }

  private Workplace bench(Hints hints, int wantedThreads) {
    int cores = Runtime.getRuntime().availableProcessors();
    if (wantedThreads < 0 || wantedThreads > cores) {
      throw new UserError(
          "--threads %d is out of range; this machine has %d cores, allowed: 1 to %d."
              .formatted(wantedThreads, cores, cores));
    }
    if (checkpointSeconds < 0) {
      throw new UserError("--checkpoint-every %d is negative.".formatted(checkpointSeconds));
    }
    Workplace untold =
        new Workplace(
            DataFolder.resolve(
                data.or(() -> hints.data().map(Path::of).filter(Files::isDirectory))),
            device.or(hints::device).orElse("auto"),
            wantedThreads,
            Duration.ofSeconds(checkpointSeconds),
            dropCheckpoints ? Workplace.Checkpoints.DROP : Workplace.Checkpoints.KEEP);
    Workplace told = untold.with(Trackers.of(told(hints)));
    return told.with(new TrainingForOthers(console, told));
  }
}
