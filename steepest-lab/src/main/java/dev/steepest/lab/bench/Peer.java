package dev.steepest.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An external program that does comparable work and prints its speed: as {@code images/s: 123.4},
 * or whatever its unit is, the last such line counting, or as the last number of its last line.
 */
public final class Peer {

  /** Assumed: no measurement of a few steps takes longer. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int SHOWN = 10; // last lines of what it said, in messages
  private static final int NOT_FOUND = 127; // POSIX, of the shell
  private static final int NOT_EXECUTABLE = 126;

  /** With or without commas between thousands, with or without exponent. */
  private static final String NUMBER =
      "(?<![\\w.])[-+]?(?:\\d{1,3}(?:,\\d{3})+(?:\\.\\d*)?|\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?(?![\\w])";

  private static final Pattern ANY_NUMBER = Pattern.compile(NUMBER);

  private final String unit;
  private final String command;
  private final Map<String, String> environment;
  private final Duration patience;

  /** The program did not start, failed, took too long or printed no speed. */
  public static final class PeerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PeerException(String message) {
      super(message);
    }
  }

  /**
   * A program.
   *
   * @param unit of its speed, e.g. {@code images/s}
   * @param command for {@code sh -c}
   * @param environment variables that it gets beside this program's
   */
  public Peer(String unit, String command, Map<String, String> environment) {
    this(unit, command, environment, PATIENCE);
  }

  Peer(String unit, String command, Map<String, String> environment, Duration patience) {
    this.unit = unit;
    this.command = command;
    this.environment = new LinkedHashMap<>(environment);
    this.patience = patience;
  }

  /**
   * Runs it once, to its end.
   *
   * @throws PeerException with the end of what it wrote to standard error
   */
  public double perSecond() {
    try {
      Path out = Files.createTempFile("steepest-peer", ".out");
      Path err = Files.createTempFile("steepest-peer", ".err");
      try {
        return run(out, err);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run the peer: " + e.getMessage(), e);
    }
  }

  private double run(Path out, Path err) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    int code = await(builder.start(), err);
    if (code == NOT_FOUND || code == NOT_EXECUTABLE) {
      throw trouble("could not be started", err);
    }
    if (code != 0) {
      throw trouble("failed with exit code " + code, err);
    }
    String said = read(out);
    OptionalDouble speed = speed(unit, said);
    if (speed.isEmpty()) {
      String what =
          said.isBlank()
              ? "printed nothing"
              : "printed no speed but '" + said.strip().lines().reduce((_, b) -> b).get() + "'";
      throw trouble(what + "; a line such as '" + unit + ": 123.4' is expected", err);
    }
    return speed.getAsDouble();
  }

  private int await(Process process, Path err) {
    try {
      if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
      throw trouble("did not end within " + patience.toSeconds() + " seconds", err);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw trouble("was interrupted", err);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private PeerException trouble(String what, Path err) {
    StringBuilder message = new StringBuilder("The peer '" + command + "' " + what + ".");
    String said = read(err).strip();
    if (!said.isEmpty()) {
      String[] lines = said.split("\n", -1);
      message.append(" Its standard error ends with:");
      for (int i = Math.max(0, lines.length - SHOWN); i < lines.length; i++) {
        message.append("\n  ").append(lines[i]);
      }
    }
    return new PeerException(message.toString());
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** The speed in what a program printed; empty where there is none above 0. */
  static OptionalDouble speed(String unit, String printed) {
    String text =
        Pattern.compile(
                Pattern.quote(unit) + "\\s*[:=]\\s*(" + NUMBER + ")", Pattern.CASE_INSENSITIVE)
            .matcher(printed)
            .results()
            .reduce((_, last) -> last)
            .map(found -> found.group(1))
            .orElseGet(() -> lastNumber(printed));
    double value = text.isEmpty() ? Double.NaN : Double.parseDouble(text.replace(",", ""));
    return value > 0 && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static String lastNumber(String printed) {
    String line = printed.lines().filter(l -> !l.isBlank()).reduce((_, last) -> last).orElse("");
    return ANY_NUMBER
        .matcher(line)
        .results()
        .map(MatchResult::group)
        .reduce((_, last) -> last)
        .orElse("");
  }
}
