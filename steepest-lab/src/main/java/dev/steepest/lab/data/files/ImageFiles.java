package dev.steepest.lab.data.files;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The image files below a root. Paths are relative to it, with {@code /}, and sorted. Reading is
 * safe for several threads.
 */
public sealed interface ImageFiles extends AutoCloseable permits FolderFiles, ZipFiles {

  /** By the ends of their names; what they are their content says. */
  Set<String> ENDINGS = Set.of("jpg", "jpeg", "png", "bmp", "gif");

  /** Assumed: far above any photograph. Larger files are refused before they are read. */
  long MOST_BYTES = 256L << 20;

  /**
   * A folder, or a zip archive.
   *
   * @throws DataException if it is neither, or an archive that is not to be trusted
   */
  static ImageFiles open(Path root) {
    if (Files.isDirectory(root)) {
      return FolderFiles.open(root);
    }
    if (Files.isRegularFile(root)) {
      return ZipFiles.open(root);
    }
    throw new DataException(
        "Cannot read images from " + root,
        List.of(root + ": expected a folder or a zip archive, found no such file"),
        "");
  }

  Path root();

  List<String> paths();

  /** Files that are no images by their names, and were left out. */
  int others();

  /**
   * The bytes of a file.
   *
   * @throws DamagedFileException if it is no good, in words for a person
   * @throws IOException if it cannot be read now
   */
  byte[] read(String path) throws IOException;

  /**
   * What tells the content of each of these files from any other, in their order; of those that
   * cannot be read {@link Fingerprints#UNREADABLE}.
   *
   * @param memory of an earlier call, which saves reading what has not changed
   */
  List<String> fingerprints(List<String> paths, Fingerprints memory) throws IOException;

  @Override
  void close();

  /** Whether a path is that of an image; nothing hidden is, nor what macOS packs beside it. */
  static boolean isImage(String path) {
    List<String> names = Arrays.asList(path.split("/", -1));
    String file = names.getLast();
    String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(ending)
        && names.stream().noneMatch(name -> name.startsWith(".") || name.equals("__MACOSX"));
  }
}
