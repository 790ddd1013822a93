package dev.steepest.lab.data.text;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.text.token.ShardSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Text that lies in a folder of the data folder.
 *
 * @param folder its name
 * @param source how it is read
 * @param content one line: which files
 */
public record FoundText(String folder, TextSource source, String content) {

  /**
   * What a data folder holds: folders with files named as training text or as token files.
   *
   * @return in the order of their names; empty where the data folder does not exist
   */
  public static List<FoundText> in(Path dataFolder) {
    if (!Files.isDirectory(dataFolder)) {
      return List.of();
    }
    List<FoundText> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(dataFolder)) {
      folders
          .filter(Files::isDirectory)
          .sorted()
          .forEach(folder -> tokens(folder).or(() -> text(folder)).ifPresent(found::add));
    } catch (IOException e) {
      throw new DataException(
          "Cannot list " + dataFolder, List.of(dataFolder + ": " + e.getMessage()), "", e);
    }
    return found;
  }

  private static Optional<FoundText> tokens(Path folder) {
    try {
      ShardSet shards = ShardSet.in(folder);
      TextSource source =
          TextSources.named(folder.endsWith(Fineweb.NAME) ? Fineweb.NAME : "tokens");
      return Optional.of(
          new FoundText(
              folder.getFileName().toString(),
              source,
              "%d files of tokens to train on, %d to test with"
                  .formatted(shards.train().size(), shards.validation().size())));
    } catch (DataException _) {
      return Optional.empty(); // Not what this folder holds.
    }
  }

  private static Optional<FoundText> text(Path folder) {
    try {
      TextFiles files = TextFiles.in(folder);
      return files.train().stream().allMatch(TextFiles::namedTrain)
          ? Optional.of(
              new FoundText(
                  folder.getFileName().toString(),
                  TextSources.named("text"),
                  "%d files of text to train on, %d to test with"
                      .formatted(files.train().size(), files.test().size())))
          : Optional.empty();
    } catch (DataException _) {
      return Optional.empty(); // Not what this folder holds.
    }
  }

  /** All of it, as a run would get it; the last tenth is for testing if nothing else is. */
  public TokenSets load(Path dataFolder) {
    return TokenSets.load(TextOptions.of(source.name(), folder), dataFolder);
  }
}
