package dev.steepest.lab.data.fetch;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.files.Disk;
import dev.steepest.lab.data.files.FolderLock;
import dev.steepest.lab.data.source.Fetchable;
import dev.steepest.lab.data.source.Packing;
import dev.steepest.lab.data.source.RemoteFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Downloads the files of a data set into the data folder. Interrupted transfers are resumed;
 * nothing appears under its final name before it has proved right and its bytes are on disk;
 * archives are unpacked beside their target and moved into place as a whole.
 */
public final class Fetch {

  private final HttpClient client;
  private final Patience patience;

  public Fetch() {
    this(Patience.USUAL);
  }

  public Fetch(Patience patience) {
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(patience.stall())
            .build();
  }

  /**
   * Fetches what is not there yet. Waits while another process fetches into the same folder.
   *
   * @param folder the data folder; made if need be
   * @return the files that were downloaded; empty if everything was there
   * @throws DataException listing every file that could not be brought; the others are in place
   */
  public List<RemoteFile> fetch(Fetchable source, Path folder, Progress progress) {
    List<String> problems = new ArrayList<>();
    List<RemoteFile> fetched = new ArrayList<>();
    IOException last = null;
    try (FolderLock _ = FolderLock.acquire(folder)) {
      for (RemoteFile file : source.files()) {
        try {
          if (bring(file, folder, progress)) {
            fetched.add(file);
          }
        } catch (IOException e) {
          last = e;
          problems.add("%s: %s".formatted(file.address(), Download.describe(e)));
        }
      }
    } catch (IOException e) {
      last = e;
      problems.add("%s: cannot be used as data folder: %s".formatted(folder, Download.describe(e)));
    }
    if (last != null) {
      throw new DataException(
          "Cannot fetch %s into %s".formatted(source.name(), folder),
          problems,
          "Give the same command again (it resumes), or put the files there by hand.",
          last);
    }
    return fetched;
  }

  private boolean bring(RemoteFile file, Path folder, Progress progress) throws IOException {
    Path target = folder.resolve(file.target());
    if (Files.exists(target)) {
      checkPresent(file, target);
      return false;
    }
    if (file.packing() == Packing.PLAIN) {
      downloadVerified(file, target, progress);
      return true;
    }
    Path archive = folder.resolve(file.fileName());
    if (!Files.exists(archive) || !matches(file, archive)) {
      downloadVerified(file, archive, progress);
    }
    unpack(file, archive, target);
    Files.delete(archive);
    return true;
  }

  /** An unpacked folder was moved into place whole, so that its presence says enough. */
  private static void checkPresent(RemoteFile file, Path target) throws IOException {
    Optional<String> objection =
        file.packing() == Packing.PLAIN ? file.proof().objection(target) : Optional.empty();
    if (objection.isPresent()) {
      throw new RefusedException(
          "%s is there but is not the official file (%s); move it away to fetch"
              .formatted(target, objection.get()));
    }
  }

  private void downloadVerified(RemoteFile file, Path target, Progress progress)
      throws IOException {
    Path part = target.resolveSibling(target.getFileName() + ".part");
    checkSpace(file, part);
    Download download = new Download(client, patience, progress);
    Download.Origin origin = download.complete(file, part);
    if (origin == Download.Origin.RESUMED && !matches(file, part)) {
      // The earlier part may stem from another version of the file: once more, from the start.
      Files.delete(part);
      download.complete(file, part);
    }
    Optional<String> objection = file.proof().objection(part);
    if (objection.isPresent()) {
      Files.delete(part);
      throw new RefusedException(
          "the download is not the official file and was thrown away: " + objection.get());
    }
    Disk.sync(part);
    Disk.moveIntoPlace(part, target);
  }

  private static void unpack(RemoteFile file, Path archive, Path target) throws IOException {
    Path workplace = target.resolveSibling(".unpacking-" + target.getFileName());
    try {
      Disk.deleteTree(workplace);
      Files.createDirectories(workplace);
      Unpacking.unpack(archive, file.packing(), workplace, file.unpackedLimit());
      Path unpacked = workplace.resolve(target.getFileName());
      if (!Files.isDirectory(unpacked)) {
        throw new RefusedException("archive has no folder " + target.getFileName());
      }
      Disk.moveIntoPlace(unpacked, target);
    } finally {
      Disk.deleteTree(workplace);
    }
  }

  private static boolean matches(RemoteFile file, Path path) throws IOException {
    return Files.isRegularFile(path)
        && Files.size(path) == file.bytes()
        && file.proof().objection(path).isEmpty();
  }

  private static void checkSpace(RemoteFile file, Path part) throws IOException {
    Path parent = Files.createDirectories(part.toAbsolutePath().getParent());
    long there = Files.exists(part) ? Files.size(part) : 0;
    long needed = Math.max(0, file.bytes() - there) + file.unpackedLimit();
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < needed) {
      throw new RefusedException(
          "%s has %d MB free, %d MB are needed"
              .formatted(parent, free / 1_000_000, needed / 1_000_000 + 1));
    }
  }
}
