package dev.steepest.lab.data.text;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.document.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The files of text in a folder, by their names without regard to case, in their order. Test files
 * are {@code val.*}, {@code val-*.*}, {@code val_*.*}, and the same with {@code validation} or
 * {@code test}. Training files are those named alike with {@code train}; if there are none, all
 * others.
 *
 * @param train at least one
 * @param test may be empty
 */
record TextFiles(List<Path> train, List<Path> test) {

  private static final String TEST = "(val|validation|test)[._-].*";
  private static final String TRAIN = "train[._-].*";

  /**
   * The files in a folder; a file is taken for a folder that holds only it.
   *
   * @throws DataException if there is nothing to train on
   */
  static TextFiles in(Path folder) {
    if (Files.isRegularFile(folder)) {
      Documents.requireReadable(List.of(folder));
      return new TextFiles(List.of(folder), List.of());
    }
    List<Path> all = list(folder);
    List<Path> test = all.stream().filter(path -> named(path, TEST)).toList();
    List<Path> train = all.stream().filter(TextFiles::namedTrain).toList();
    List<Path> others = all.stream().filter(path -> !named(path, TEST)).toList();
    if (others.isEmpty()) {
      throw new DataException(
          "Cannot load text from " + folder,
          List.of(
              Files.isDirectory(folder)
                  ? folder + ": holds no text to train on"
                  : folder + ": no such folder"),
          "Put train.txt and val.txt there, or any files with the endings %s (all but Parquet also"
                  .formatted(String.join(", ", Documents.endings()))
              + " with .gz or .zst); --data-dir or STEEPEST_DATA names the folder of data sets.");
    }
    return new TextFiles(train.isEmpty() ? others : train, test);
  }

  /** Whether a file's name says that it is for training. */
  static boolean namedTrain(Path path) {
    return named(path, TRAIN);
  }

  private static boolean named(Path path, String pattern) {
    return path.getFileName().toString().toLowerCase(Locale.ROOT).matches(pattern);
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> Files.isRegularFile(path) && Documents.understood(path))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataException(
          "Cannot list " + folder, List.of(folder + ": " + e.getMessage()), "", e);
    }
  }
}
