package dev.steepest.study.track;

import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a tracker's files hold of a run: a line after each row, with the length of the file by then.
 * A run that goes on from a checkpoint cuts the files back to it by this, so that nothing is told
 * twice.
 *
 * <p>Lines: {@code file NAME}; then {@code open | step | evaluation | end BYTES RECORDS}.
 */
final class Ledger implements AutoCloseable {
  private static final String FILE = "file";
  private static final String OPEN = "open";
  private static final String END = "end";
  private static final Pattern LINE =
      Pattern.compile("file .+|(open|step|evaluation|end) \\d{1,18} \\d{1,18}");

  private final Path home;
  private final AppendFile lines;
  private final Kept kept;

  /**
   * How far a file has grown.
   *
   * @param records written to it
   */
  record Extent(long bytes, long records) {
    static final Extent NONE = new Extent(0, 0);
  }

  /**
   * What the files hold.
   *
   * @param last the newest file; empty where there is none
   */
  record Kept(int evaluations, int steps, boolean ended, Optional<Path> last, Extent extent) {
    static final Kept NOTHING = new Kept(0, 0, false, Optional.empty(), Extent.NONE);

    int rows() {
      return evaluations + steps;
    }
  }

  private Ledger(Path home, AppendFile lines, Kept kept) {
    this.home = home;
    this.lines = lines;
    this.kept = kept;
  }

  /** Cuts the files that {@code book} knows back to what {@code run} has, and goes on there. */
  static Ledger open(Path book, TrackedRun run) {
    Path home = book.toAbsolutePath().getParent();
    List<String> before = lines(book);
    List<String> lines = upTo(before, run.evaluations().size(), run.steps().size());
    if (!intact(home, lines)) {
      lines = List.of(); // somebody removed a file: everything is told again
    }
    List<Path> staying = files(home, lines);
    for (Path file : files(home, before)) {
      if (!staying.contains(file)) {
        delete(file);
      }
    }
    Kept kept = kept(home, lines);
    kept.last().ifPresent(file -> AppendFile.cut(file, kept.extent().bytes()));
    AppendFile.replace(book, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    return new Ledger(home, new AppendFile(book), kept);
  }

  /** Whether the files hold all of a record and its end; nothing is changed. */
  static boolean holdsAll(Path book, RunRecord record) {
    Path home = book.toAbsolutePath().getParent();
    List<String> lines = lines(book);
    Kept kept = kept(home, lines);
    return intact(home, lines)
        && kept.ended()
        && kept.evaluations() == record.evaluations().size()
        && kept.steps() == RecordStore.steps(record.folder()).size();
  }

  /** What was held when the ledger was opened. */
  Kept kept() {
    return kept;
  }

  /** Said before a file is made. */
  void begins(Path file) {
    add(FILE + " " + home.relativize(file.toAbsolutePath()));
  }

  /** The file's beginning is written. */
  void opened(Extent by) {
    add(OPEN, by);
  }

  void told(Row.Kind kind, Extent by) {
    add(kind.name().toLowerCase(Locale.ROOT), by);
  }

  void ended(Extent by) {
    add(END, by);
  }

  private void add(String what, Extent by) {
    add(what + " " + by.bytes() + " " + by.records());
  }

  private void add(String line) {
    lines.append(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    lines.close();
  }

  /** Complete lines; a last one that was cut short does not count, and what follows it neither. */
  private static List<String> lines(Path book) {
    if (!Files.exists(book)) {
      return List.of();
    }
    try {
      String text = Files.readString(book);
      return text.substring(0, text.lastIndexOf('\n') + 1)
          .lines()
          .takeWhile(line -> LINE.matcher(line).matches())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + book + ": " + e.getMessage(), e);
    }
  }

  /** The lines before the first row that the run does not have, or has yet to make again. */
  private static List<String> upTo(List<String> lines, int evaluations, int steps) {
    List<String> kept = new ArrayList<>();
    int looks = 0;
    int rows = 0;
    for (String line : lines) {
      String what = line.split(" ", 2)[0];
      looks += is(what, Row.Kind.EVALUATION) ? 1 : 0;
      rows += is(what, Row.Kind.STEP) ? 1 : 0;
      if (looks > evaluations || rows > steps || what.equals(END)) {
        break;
      }
      kept.add(line);
    }
    if (!kept.isEmpty() && kept.getLast().startsWith(FILE + " ")) {
      kept.removeLast(); // named but never begun
    }
    return kept;
  }

  private static Kept kept(Path home, List<String> lines) {
    Kept kept = Kept.NOTHING;
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      kept =
          words[0].equals(FILE)
              ? new Kept(
                  kept.evaluations,
                  kept.steps,
                  false,
                  Optional.of(home.resolve(words[1])),
                  Extent.NONE)
              : new Kept(
                  kept.evaluations + (is(words[0], Row.Kind.EVALUATION) ? 1 : 0),
                  kept.steps + (is(words[0], Row.Kind.STEP) ? 1 : 0),
                  words[0].equals(END),
                  kept.last,
                  extent(words[1]));
    }
    return kept;
  }

  private static Extent extent(String numbers) {
    long[] both = Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
    return new Extent(both[0], both[1]);
  }

  private static boolean is(String word, Row.Kind kind) {
    return word.equalsIgnoreCase(kind.name());
  }

  private static List<Path> files(Path home, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(FILE + " "))
        .map(line -> home.resolve(line.substring(FILE.length() + 1)))
        .distinct()
        .toList();
  }

  private static boolean intact(Path home, List<String> lines) {
    Kept kept = kept(home, lines);
    return files(home, lines).stream().allMatch(Files::exists)
        && kept.last().map(file -> size(file) >= kept.extent().bytes()).orElse(true);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file + ": " + e.getMessage(), e);
    }
  }
}
