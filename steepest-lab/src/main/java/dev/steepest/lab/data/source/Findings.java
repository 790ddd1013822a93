package dev.steepest.lab.data.source;

import dev.steepest.lab.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the files of one data set, to report all of it at once. */
final class Findings {

  /** What is found where nothing is. */
  static final String NO_SUCH_FILE = "no such file";

  /** Of many problems of one kind, as many are listed. */
  static final int LISTED = 20;

  private final String source;
  private final Path folder;
  private final List<String> problems = new ArrayList<>();

  Findings(String source, Path folder) {
    this.source = source;
    this.folder = folder;
  }

  void add(Path path, String expected, String found) {
    problems.add("%s: expected %s, found %s".formatted(path, expected, found));
  }

  /** Whether anything was added. */
  boolean any() {
    return !problems.isEmpty();
  }

  /** Throws if anything was added. */
  void raise() {
    if (!problems.isEmpty()) {
      throw new DataException(
          "Cannot load %s from %s".formatted(source, folder),
          problems,
          "Run ./steepest data fetch %s, or name the folder that has it with --data-dir or %s."
              .formatted(source, DataFolder.VARIABLE));
    }
  }
}
