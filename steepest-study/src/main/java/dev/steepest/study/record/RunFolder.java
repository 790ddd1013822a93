package dev.steepest.study.record;

import dev.steepest.study.plan.RunSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run being written by this process, which holds its lock until {@link #close}. The operating
 * system gives the lock back when a process dies, however it dies.
 */
public final class RunFolder implements AutoCloseable {
  private final Path folder;
  private final FileLock lock;
  private final RowFile metrics;
  private final RowFile steps;
  private RunRecord record;

  RunFolder(Path folder, FileLock lock, RunSpec spec) {
    this.folder = folder;
    this.lock = lock;
    this.metrics = new RowFile(folder.resolve(RecordStore.METRICS));
    this.steps = new RowFile(folder.resolve(RecordStore.STEPS));
    this.record =
        new RunRecord(
            spec,
            new Environment(Map.of()),
            new TreeMap<>(),
            List.of(),
            List.of(),
            new TreeMap<>(),
            Optional.empty(),
            folder);
  }

  public RunSpec spec() {
    return record.spec();
  }

  /** Where the newest checkpoint lies, if there is one. */
  public Path checkpoint() {
    return folder.resolve(RecordStore.CHECKPOINT);
  }

  /** Where the weights lie that the run ended with, if they are kept. */
  public Path weights() {
    return folder.resolve(RecordStore.WEIGHTS);
  }

  public Path folder() {
    return folder;
  }

  /** What there is to see of the run. */
  public RunPictures pictures() {
    return new RunPictures(folder);
  }

  /** What was measured so far, in order of steps. */
  public List<Evaluation> evaluations() {
    return metrics.read();
  }

  /** The environment that an earlier session wrote, if there was one. */
  public Optional<Environment> before() {
    Path json = folder.resolve(RecordStore.RUN);
    return Files.exists(json) ? Optional.of(RunJson.read(json).environment()) : Optional.empty();
  }

  /** Writes what is known before the first step. */
  public void begin(
      Environment environment, SortedMap<String, String> checksums, List<String> groups) {
    record =
        new RunRecord(
            spec(),
            environment,
            checksums,
            groups,
            List.of(),
            new TreeMap<>(),
            Optional.empty(),
            folder);
    writeJson();
  }

  /**
   * Forgets what a killed run wrote after its last checkpoint.
   *
   * @param epochs completed and evaluated by then
   * @param step made by then
   */
  public void rewindTo(double epochs, long step) {
    metrics.write(metrics.read().stream().filter(row -> row.epoch() <= epochs).toList());
    steps.write(steps.read().stream().filter(row -> row.step() <= step).toList());
    pictures().forgetAfter(step);
  }

  /** The row that was written after so many steps, if there is one. */
  public Optional<Evaluation> evaluation(long step) {
    return metrics.read().stream().filter(row -> row.step() == step).findFirst();
  }

  public void evaluation(Evaluation row) {
    metrics.append(row);
  }

  public void step(Evaluation row) {
    steps.append(row);
  }

  /** Adds a line to {@code log.txt}. */
  public void log(String line) {
    log(folder, line);
  }

  /** Adds a line to {@code log.txt} of a run that has ended. */
  public static void log(Path folder, String line) {
    try {
      Files.writeString(
          folder.resolve(RecordStore.LOG),
          Instant.now() + " " + line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(RecordFiles.cannotWrite(folder, e), e);
    }
  }

  /** Writes how the run ended. */
  public void end(Outcome outcome, SortedMap<String, Double> results) {
    record =
        new RunRecord(
            spec(),
            record.environment(),
            record.checksums(),
            record.groups(),
            List.of(),
            results,
            Optional.of(outcome),
            folder);
    writeJson();
  }

  private void writeJson() {
    RecordFiles.replace(folder.resolve(RecordStore.RUN), RunJson.write(record));
  }

  @Override
  public void close() {
    try {
      lock.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release " + folder.resolve(RecordStore.LOCK), e);
    }
  }
}
