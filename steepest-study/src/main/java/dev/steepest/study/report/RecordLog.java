package dev.steepest.study.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** The log of a run's folder, whose lines begin with their time. */
final class RecordLog {
  private static final String FILE = "log.txt";

  private RecordLog() {}

  /** The time of the first line; empty where there is no log, or one of another kind. */
  static Optional<Instant> begun(Path run) {
    Path log = run.resolve(FILE);
    if (!Files.isRegularFile(log)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.findFirst().map(line -> Instant.parse(line.split(" ", 2)[0]));
    } catch (IOException | UncheckedIOException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
