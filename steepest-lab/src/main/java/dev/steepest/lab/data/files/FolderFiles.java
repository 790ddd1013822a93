package dev.steepest.lab.data.files;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image files of a folder and all folders in it; links are followed.
 *
 * @param root the folder
 * @param paths relative, sorted
 * @param others files that are no images
 */
record FolderFiles(Path root, List<String> paths, int others) implements ImageFiles {

  static FolderFiles open(Path root) {
    List<String> images = new ArrayList<>();
    int others = 0;
    try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String path = root.relativize(file).toString().replace('\\', '/');
        if (ImageFiles.isImage(path)) {
          images.add(path);
        } else {
          others++;
        }
      }
    } catch (IOException e) {
      throw unreadable(root, e);
    } catch (UncheckedIOException e) {
      throw unreadable(root, e.getCause());
    }
    images.sort(null);
    return new FolderFiles(root, List.copyOf(images), others);
  }

  private static DataException unreadable(Path root, IOException e) {
    return new DataException(
        "Cannot read images from " + root,
        List.of("%s: %s".formatted(root, e)),
        "Make the folder readable, without links that lead back into it.",
        e);
  }

  @Override
  public byte[] read(String path) throws IOException {
    Path file = root.resolve(path);
    long length = Files.size(file);
    if (length > MOST_BYTES) {
      throw new DamagedFileException(
          "has %,d bytes; more than %,d are not read".formatted(length, MOST_BYTES));
    }
    return Files.readAllBytes(file);
  }

  @Override
  public List<String> fingerprints(List<String> wanted, Fingerprints memory) throws IOException {
    return memory.of(root, wanted);
  }

  @Override
  public void close() {}
}
