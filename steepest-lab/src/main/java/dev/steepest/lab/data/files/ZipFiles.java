package dev.steepest.lab.data.files;

import dev.steepest.lab.data.DataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The image files of a zip archive, read in place: nothing is unpacked to disk. Refused as a whole:
 * names that lead out of it, names that occur twice, and bombs, by what the archive states; an
 * entry that holds more than it states is refused when it is read.
 */
final class ZipFiles implements ImageFiles {

  /** Assumed: images hardly compress; drawings in plain bitmaps may, by some tens. */
  private static final long MOST_EXPANSION = 200;

  /** Assumed: below it expansion is harmless. */
  private static final long HARMLESS = 1L << 30;

  /** Of problems that are listed; the rest is counted. */
  private static final int LISTED = 20;

  private final Path root;
  private final ZipFile zip;
  private final List<String> paths;
  private final int others;

  private ZipFiles(Path root, ZipFile zip, List<String> paths, int others) {
    this.root = root;
    this.zip = zip;
    this.paths = paths;
    this.others = others;
  }

  static ZipFiles open(Path root) {
    try {
      ZipFile zip = new ZipFile(root.toFile());
      try {
        return listed(root, zip);
      } catch (IOException | RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (IOException e) {
      throw refused(
          root, List.of("%s: is no readable zip archive: %s".formatted(root, e.getMessage())));
    }
  }

  private static ZipFiles listed(Path root, ZipFile zip) throws IOException {
    List<String> images = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int others = 0;
    long unpacked = 0;
    for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
      String name = entry.getName();
      if (leaves(name)) {
        problems.add("%s: entry '%s' leads out of the archive".formatted(root, name));
      } else if (!seen.add(name)) {
        problems.add("%s: entry '%s' occurs twice".formatted(root, name));
      } else if (!entry.isDirectory() && ImageFiles.isImage(name)) {
        images.add(name);
        unpacked += Math.max(0, entry.getSize());
        if (entry.getSize() > MOST_BYTES) {
          problems.add(
              "%s: entry '%s' unpacks to %,d bytes; more than %,d are not read"
                  .formatted(root, name, entry.getSize(), MOST_BYTES));
        }
      } else if (!entry.isDirectory()) {
        others++;
      }
    }
    long length = Files.size(root);
    if (unpacked > HARMLESS && unpacked / MOST_EXPANSION > length) {
      problems.add(
          "%s: its %,d bytes unpack to %,d, more than %d times as many (a zip bomb?)"
              .formatted(root, length, unpacked, MOST_EXPANSION));
    }
    if (!problems.isEmpty()) {
      throw refused(root, shortened(problems));
    }
    images.sort(null);
    return new ZipFiles(root, zip, List.copyOf(images), others);
  }

  private static boolean leaves(String name) {
    return name.matches("(?s)[/\\\\].*|[A-Za-z]:.*")
        || Arrays.asList(name.split("[/\\\\]")).contains("..")
        || name.indexOf('\0') >= 0;
  }

  private static List<String> shortened(List<String> problems) {
    if (problems.size() <= LISTED) {
      return problems;
    }
    List<String> some = new ArrayList<>(problems.subList(0, LISTED));
    some.add(
        "%s: and %d more like these"
            .formatted(problems.getFirst().split(":")[0], problems.size() - LISTED));
    return some;
  }

  private static DataException refused(Path root, List<String> problems) {
    return new DataException(
        "Cannot read images from " + root, problems, "Unpack it yourself if you trust it.");
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public List<String> paths() {
    return paths;
  }

  @Override
  public int others() {
    return others;
  }

  @Override
  public byte[] read(String path) throws IOException {
    ZipEntry entry = zip.getEntry(path);
    int stated = (int) entry.getSize();
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(stated);
      if (bytes.length < stated || in.read() >= 0) {
        throw new DamagedFileException(
            "does not unpack to the %,d bytes it states".formatted(stated));
      }
      CRC32 sum = new CRC32();
      sum.update(bytes);
      if (sum.getValue() != entry.getCrc()) {
        throw new DamagedFileException("has a wrong checksum in the archive");
      }
      return bytes;
    } catch (ZipException | EOFException e) {
      throw new DamagedFileException("cannot be unpacked: " + e.getMessage(), e);
    }
  }

  /** By the lengths and checksums that the archive states, and that reading proves. */
  @Override
  public List<String> fingerprints(List<String> wanted, Fingerprints memory) {
    return wanted.stream()
        .map(zip::getEntry)
        .map(entry -> "%08x-%d".formatted(entry.getCrc(), entry.getSize()))
        .toList();
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
