package dev.steepest.lab.data.text.token;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The token files of a folder: {@code NAME_train_*.bin} and {@code NAME_val_*.bin} in the order of
 * their names, else nanoGPT's {@code train.bin} and {@code val.bin}.
 *
 * @param train at least one
 * @param validation may be empty
 * @param layout of all of them
 */
public record ShardSet(List<Path> train, List<Path> validation, TokenFile.Layout layout) {

  private static final String TRAIN = "_train_";
  private static final String VALIDATION = "_val_";

  /**
   * What the folder holds.
   *
   * @throws DataException if it has no training files, or those of more than one data set
   */
  public static ShardSet in(Path folder) {
    List<Path> train = list(folder, name -> name.matches(".*_train_\\d+\\.bin"));
    List<Path> validation = list(folder, name -> name.matches(".*_val_\\d+\\.bin"));
    if (!train.isEmpty()) {
      requireOneName(folder, train, validation);
      return new ShardSet(train, validation, TokenFile.Layout.SHARD);
    }
    List<Path> plain = list(folder, name -> name.equals("train.bin"));
    if (plain.isEmpty()) {
      throw new DataException(
          "Cannot load tokens from " + folder,
          List.of(
              Files.isDirectory(folder)
                  ? folder + ": holds neither NAME_train_000001.bin … nor train.bin"
                  : folder + ": no such folder"),
          "Write token files with ./steepest data prepare, fetch them with ./steepest data fetch"
              + " fineweb10B, or name the folder that has them.");
    }
    return new ShardSet(
        plain, list(folder, name -> name.equals("val.bin")), TokenFile.Layout.HEADERLESS);
  }

  private static void requireOneName(Path folder, List<Path> train, List<Path> validation) {
    List<String> names =
        Stream.concat(
                train.stream().map(path -> before(path, TRAIN)),
                validation.stream().map(path -> before(path, VALIDATION)))
            .distinct()
            .toList();
    if (names.size() > 1) {
      throw new DataException(
          "Cannot load tokens from " + folder,
          List.of("%s: holds the shards of several data sets: %s".formatted(folder, names)),
          "Keep each data set in a folder of its own.");
    }
  }

  private static String before(Path path, String mark) {
    String name = path.getFileName().toString();
    return name.substring(0, name.lastIndexOf(mark));
  }

  private static List<Path> list(Path folder, Predicate<String> named) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> named.test(path.getFileName().toString())).sorted().toList();
    } catch (IOException e) {
      throw new DataException(
          "Cannot list " + folder, List.of(folder + ": " + e.getMessage()), "", e);
    }
  }
}
