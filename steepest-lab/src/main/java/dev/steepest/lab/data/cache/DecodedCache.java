package dev.steepest.lab.data.cache;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.decode.JpegLibrary;
import dev.steepest.lab.data.decode.Rendition;
import dev.steepest.lab.data.files.Fingerprints;
import dev.steepest.lab.data.files.FolderLock;
import dev.steepest.lab.data.files.ImageFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Decoded images by content: the name of a file here is the hash of what it was made of (every
 * image file's path and content), of what was made of it, and by whom. A data set that changes,
 * another size or another decoder is another file; nothing is ever out of date. Files may be
 * deleted at any time that no run reads them.
 *
 * @param folder made if need be; several processes may share it
 */
public record DecodedCache(Path folder) {

  /** Changes when the layout or the resampling does. */
  private static final String VERSION = "1";

  /**
   * Decodes these files, all at once on all cores, or maps what was decoded before.
   *
   * @param paths of {@code files}; an image's position is that of its path
   * @throws DataException if files cannot be read or the cache cannot be written
   */
  public DecodedImages images(ImageFiles files, List<String> paths, Rendition rendition) {
    JpegLibrary library = JpegLibrary.chosen();
    try {
      List<String> prints = files.fingerprints(paths, new Fingerprints(folder));
      Path file = folder.resolve(key(prints, paths, rendition, library) + ".images");
      if (Files.exists(file)) {
        try {
          return DecodedImages.open(file);
        } catch (IOException _) {
          // Not whole, whatever the reason: it is made anew below.
        }
      }
      try (FolderLock _ = FolderLock.acquire(folder)) {
        if (!whole(file)) {
          new Decoding(files, paths, prints, rendition, library).write(file);
        }
      }
      return DecodedImages.open(file);
    } catch (IOException e) {
      throw new DataException(
          "Cannot decode the images of " + files.root(),
          List.of(String.valueOf(e.getMessage())),
          "The decoded images go to %s; %s names another folder."
              .formatted(folder, CacheFolder.VARIABLE),
          e);
    }
  }

  /** Another process may have made it in the meantime. */
  private static boolean whole(Path file) {
    try {
      return Files.exists(file) && DecodedImages.open(file).size() >= 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static String key(
      List<String> prints, List<String> paths, Rendition rendition, JpegLibrary library) {
    StringBuilder all = new StringBuilder();
    all.append("%s %s %s\n".formatted(VERSION, library.word(), rendition));
    for (int i = 0; i < paths.size(); i++) {
      all.append(prints.get(i)).append(' ').append(paths.get(i)).append('\n');
    }
    return Fingerprints.sha256(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }
}
