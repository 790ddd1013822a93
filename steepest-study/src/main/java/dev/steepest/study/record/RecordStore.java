package dev.steepest.study.record;

import dev.steepest.study.plan.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of an experiment: one folder per run, each with {@code run.json}, {@code metrics.csv},
 * {@code steps.csv}, {@code log.txt} and the newest checkpoint. Several processes may work on it at
 * once.
 */
public final class RecordStore {
  static final String RUN = "run.json";
  static final String METRICS = "metrics.csv";
  static final String STEPS = "steps.csv";
  static final String LOG = "log.txt";
  static final String LOCK = "lock";
  static final String CHECKPOINT = "checkpoint.safetensors";
  static final String WEIGHTS = "weights.safetensors";

  private final Path folder;

  public RecordStore(Path folder) {
    this.folder = folder;
  }

  public Path folder() {
    return folder;
  }

  /**
   * Where the record of {@code spec} lies or will lie. The name begins with labels, which change
   * when an experiment gets another axis; the run is known by the id at its end.
   */
  public Path folderOf(RunSpec spec) {
    String ending = "--s" + spec.seed() + "--" + spec.id();
    String name =
        (spec.problem() + "--" + spec.arm())
                .toLowerCase(Locale.ROOT)
                .replace(" · ", "-")
                .replaceAll("[^a-z0-9._=-]+", "_")
            + ending;
    return existing(ending).orElse(folder.resolve(name));
  }

  private Optional<Path> existing(String ending) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> runs = Files.list(folder)) {
      return runs.filter(run -> run.getFileName().toString().endsWith(ending)).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /** What became of an attempt to take a run. */
  public sealed interface Claim {
    /** Ours to run; the folder is locked until it is closed. */
    record Taken(RunFolder folder) implements Claim {}

    /** Done before. */
    record Done(RunRecord record) implements Claim {}

    /** Another process is at it. */
    record Busy() implements Claim {}

    /** There is a record that cannot be read; somebody must look at it. */
    record Unreadable(String reason) implements Claim {}
  }

  /**
   * Takes a run, unless it is {@link RunRecord#done} or another process is at it.
   *
   * @throws UncheckedIOException if the folder cannot be written
   */
  public Claim claim(RunSpec spec) {
    Path run = folderOf(spec);
    FileChannel channel = null;
    try {
      Files.createDirectories(run);
      channel =
          FileChannel.open(run.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        return new Claim.Busy();
      }
      // Read only now: another process may have finished the run while we waited for nothing.
      Optional<RunRecord> done =
          Files.exists(run.resolve(RUN))
              ? Optional.of(read(run)).filter(RunRecord::done)
              : Optional.empty();
      if (done.isPresent()) {
        channel.close();
        return new Claim.Done(done.get());
      }
      return new Claim.Taken(new RunFolder(run, lock, spec));
    } catch (RecordException e) {
      closeQuietly(channel, e);
      return new Claim.Unreadable(e.getMessage());
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new UncheckedIOException(RecordFiles.cannotWrite(run, e), e);
    } catch (RuntimeException e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // another thread of this process holds it
    }
  }

  private static void closeQuietly(FileChannel channel, Exception cause) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** One record with its evaluations. */
  public static RunRecord read(Path run) {
    RunRecord head = RunJson.read(run.resolve(RUN));
    return new RunRecord(
        head.spec(),
        head.environment(),
        head.checksums(),
        head.groups(),
        new RowFile(run.resolve(METRICS)).read(),
        head.results(),
        head.outcome(),
        run);
  }

  /** The logged steps of a run, in order. */
  public static List<Evaluation> steps(Path run) {
    return new RowFile(run.resolve(STEPS)).read();
  }

  /** Where the newest checkpoint of a run lies, if there is one. */
  public static Path checkpoint(Path run) {
    return run.resolve(CHECKPOINT);
  }

  /** Where the weights lie that a finished run ended with, if they were kept. */
  public static Path weights(Path run) {
    return run.resolve(WEIGHTS);
  }

  /** Whether {@code folder} is the folder of a single run. */
  public static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(RUN));
  }

  /** What a folder holds. */
  public record Contents(List<RunRecord> records, List<String> unreadable) {}

  /**
   * Every record at or below the folder, in order of their paths; a folder that cannot be read is
   * named with the reason, and costs only itself.
   */
  public static Contents contents(Path folder) {
    List<RunRecord> records = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(f -> f.getFileName().toString().equals(RUN))
          .map(Path::getParent)
          .sorted(Comparator.naturalOrder())
          .forEach(run -> {
            try {
              records.add(read(run));
            } catch (RecordException e) {
              unreadable.add(e.getMessage());
            }
          });
    } catch (IOException | UncheckedIOException e) {
      unreadable.add(folder + ": cannot be read: " + e.getMessage());
    }
    return new Contents(records, unreadable);
  }
}
