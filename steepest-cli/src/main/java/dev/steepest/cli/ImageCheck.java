package dev.steepest.cli;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.source.DataSource;
import dev.steepest.lab.data.source.DataSources;
import dev.steepest.lab.data.source.ImageFolder;
import dev.steepest.lab.data.source.ImageOptions;
import dev.steepest.lab.data.source.TrainTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A data set of images that is to be read completely.
 *
 * @param label to say which
 * @param source of it
 * @param options how it is read
 */
record ImageCheck(String label, DataSource source, ImageOptions options) {

  /** Assumed: large enough to be an image, small enough for a hundred thousand of them. */
  private static final int SIZE = 32;

  /** Those of these names or paths; without any, all that have a name of their own. */
  static List<ImageCheck> of(List<String> names, Path folder) {
    return names.isEmpty()
        ? DataSources.all().stream()
            .filter(source -> source.presence(folder) != DataSource.Presence.GIVEN)
            .map(ImageCheck::of)
            .toList()
        : names.stream().map(name -> of(name, folder)).toList();
  }

  private static ImageCheck of(DataSource source) {
    return new ImageCheck(source.name(), source, source.standard());
  }

  private static ImageCheck of(String name, Path folder) {
    boolean known = DataSources.all().stream().anyMatch(source -> source.name().equals(name));
    Path path =
        Stream.of(Path.of(name).toAbsolutePath(), folder.resolve(name))
            .filter(Files::exists)
            .findFirst()
            .orElse(folder);
    if (!known && !path.equals(folder)) {
      ImageFolder images = new ImageFolder();
      return new ImageCheck(
          name, images, images.standard().withFolder(path.toString()).withSize(SIZE));
    }
    try {
      return of(DataSources.named(name));
    } catch (IllegalArgumentException e) {
      throw new UserError(e.getMessage() + "; nor is there a folder or archive of that name");
    }
  }

  /**
   * Reads all of it anew.
   *
   * @return one line for a person
   * @throws DataException saying what is wrong
   */
  String verified(Path folder) {
    try {
      Path scratch = Files.createTempDirectory("steepest-verify");
      try (TrainTest data = source.loadAnew(folder, options, scratch)) {
        return "%-13s %d train, %d test images; sha256 %s (train) %s (test)"
            .formatted(
                label,
                data.train().size(),
                data.test().size(),
                data.train().checksum().substring(0, 16),
                data.test().checksum().substring(0, 16));
      } finally {
        delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path scratch) throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
    Files.delete(scratch);
  }
}
