package dev.steepest.study.track;

import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * W&B offline runs in the record's folder, {@code wandb/offline-run-DATE_TIME-ID}, which {@code
 * wandb sync} uploads. W&B's id of a run is that of its record, so that a run that goes on stays
 * one run.
 *
 * <p>Keys: {@code epoch}, {@code train_loss}, {@code val_loss}, {@code train_acc}, {@code val_acc},
 * others by the names of records; {@code step} counts optimizer steps, W&B's own {@code _step}
 * rows. Accuracies are fractions in [0, 1].
 */
final class Wandb implements Tracker {
  static final String NAME = "wandb";
  private static final String LEDGER = "wandb.told";

  private final WandbPlace place;
  private final InstantSource clock;
  private final ZoneId zone;

  /**
   * @param zone of the time in the folder's name
   */
  Wandb(WandbPlace place, InstantSource clock, ZoneId zone) {
    this.place = place;
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Tracking begins(TrackedRun run, Consumer<String> log) {
    Ledger ledger = Ledger.open(run.folder().resolve(LEDGER), run);
    Ledger.Kept kept = ledger.kept();
    Path path = kept.last().orElseGet(() -> path(run));
    WandbFiles files = new WandbFiles(path.resolveSibling("files"));
    if (kept.last().isEmpty()) {
      ledger.begins(path);
    } else {
      forgetUpload(path);
    }
    WandbLog file = new WandbLog(path, kept.extent().records());
    WandbRun rows = new WandbRun(run, file, files, kept.rows());
    if (kept.last().isEmpty()) {
      files.begin(run);
      rows.begin(place);
      ledger.opened(file.extent());
    }
    return new FileTracking(run, ledger, rows, clock);
  }

  /** What {@code wandb sync} noted of an upload no longer holds: it is to upload the run again. */
  private static void forgetUpload(Path path) {
    for (String mark : List.of(".synced", ".syncstate")) {
      Path file = path.resolveSibling(path.getFileName() + mark);
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot delete " + file + ": " + e.getMessage(), e);
      }
    }
  }

  private Path path(TrackedRun run) {
    String id = run.spec().id();
    return run.folder()
        .resolve("wandb")
        .resolve("offline-run-%s-%s".formatted(dated(run.zero()), id))
        .resolve("run-%s.wandb".formatted(id));
  }

  private String dated(Instant at) {
    return DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss", Locale.ROOT).withZone(zone).format(at);
  }

  @Override
  public boolean knows(RunRecord record) {
    return Ledger.holdsAll(record.folder().resolve(LEDGER), record);
  }
}
