package dev.steepest.lab.data.text.document;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Opens files of documents by the endings of their names. */
public final class Documents {

  /** The key of JSON lines, and column of Parquet files, that usually holds the text. */
  public static final String TEXT = "text";

  private Documents() {}

  /** What a file holds. */
  private enum Kind {
    /** Plain text; a line {@code <|endoftext|>} separates documents. */
    PLAIN(".txt", ".text", ".md"),
    /** One JSON object per line, the text under a key. */
    LINES(".jsonl", ".ndjson", ".json"),
    /** A column of strings. */
    PARQUET(".parquet");

    private final List<String> endings;

    Kind(String... endings) {
      this.endings = List.of(endings);
    }

    private boolean fits(String name) {
      return endings.stream().anyMatch(name::endsWith);
    }
  }

  /** Every ending that is understood; those but Parquet's also with {@code .gz} or {@code .zst}. */
  public static List<String> endings() {
    return Arrays.stream(Kind.values()).flatMap(kind -> kind.endings.stream()).toList();
  }

  /** Whether the file's name has an ending that is understood. */
  public static boolean understood(Path path) {
    return kind(path).isPresent();
  }

  /**
   * Says at once which of these files are missing, unreadable or of no known kind.
   *
   * @throws DataException naming all of them
   */
  public static void requireReadable(List<Path> paths) {
    List<String> problems = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        problems.add(path + ": is a folder; name its files");
      } else if (!Files.isRegularFile(path)) {
        problems.add(path + ": no such file");
      } else if (!Files.isReadable(path)) {
        problems.add(path + ": may not be read");
      } else if (!understood(path)) {
        problems.add(path + ": its ending says nothing of how to read it");
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "Cannot read the text",
          problems,
          "Understood are %s, all but Parquet also with .gz or .zst."
              .formatted(String.join(", ", endings())));
    }
  }

  /**
   * Opens a file.
   *
   * @param key of the text in JSON lines and Parquet; without effect on plain text
   * @throws DataException if it cannot be opened
   */
  public static DocumentReader open(Path path, String key) {
    requireReadable(List.of(path));
    try {
      return switch (kind(path).orElseThrow()) {
        case PLAIN -> new PlainReader(new ByteLines(path));
        case LINES -> new JsonReader(new ByteLines(path), key);
        case PARQUET -> new ParquetText(path, key);
      };
    } catch (IOException e) {
      throw new DataException(
          "Cannot read the text", List.of("%s: %s".formatted(path, e.getMessage())), "", e);
    }
  }

  private static Optional<Kind> kind(Path path) {
    String name = path.getFileName().toString();
    String plain = Packed.of(name).strip(name);
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.fits(kind == Kind.PARQUET ? name : plain))
        .findFirst();
  }
}
