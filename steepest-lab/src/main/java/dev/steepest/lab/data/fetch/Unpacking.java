package dev.steepest.lab.data.fetch;

import dev.steepest.lab.data.files.Disk;
import dev.steepest.lab.data.source.Packing;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/**
 * Unpacks an archive that is not trusted. Refused as a whole: absolute names, names with {@code
 * ..}, links of any kind (a data set needs none), devices, files that occur twice, more bytes than
 * stated, more entries than {@value #MOST_ENTRIES}.
 */
final class Unpacking {

  /** Assumed: far above any data set that comes as one archive of files. */
  static final int MOST_ENTRIES = 100_000;

  private static final Set<Byte> PLAIN_TYPES =
      Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM);

  private static final int BUFFER = 1 << 16;

  private final Path root;
  private final long byteLimit;
  private long bytes;
  private int entries;

  private Unpacking(Path root, long byteLimit) {
    this.root = root;
    this.byteLimit = byteLimit;
  }

  /**
   * Unpacks into an empty folder, every file forced to disk.
   *
   * @param root exists; nothing outside it is touched
   * @param byteLimit most bytes that all files together may have
   */
  static void unpack(Path archive, Packing packing, Path root, long byteLimit) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), BUFFER);
        ArchiveInputStream<?> in = open(raw, packing)) {
      new Unpacking(absolute, byteLimit).unpackAll(in);
    }
  }

  private static ArchiveInputStream<?> open(InputStream raw, Packing packing) throws IOException {
    return switch (packing) {
      case TAR_GZ -> new TarArchiveInputStream(new GZIPInputStream(raw, BUFFER));
      case ZIP -> new ZipArchiveInputStream(raw);
      case PLAIN -> throw new IllegalArgumentException("a plain file is not unpacked");
    };
  }

  private void unpackAll(ArchiveInputStream<?> in) throws IOException {
    for (ArchiveEntry entry; (entry = in.getNextEntry()) != null; ) {
      if (++entries > MOST_ENTRIES) {
        throw new RefusedException("archive has more than %d entries".formatted(MOST_ENTRIES));
      }
      Path target = place(entry.getName());
      if (entry.isDirectory()) {
        Files.createDirectories(target);
      } else {
        requireFile(in, entry);
        Files.createDirectories(target.getParent());
        copy(in, target);
      }
    }
    if (entries == 0) {
      throw new RefusedException("archive is empty or not of the expected format");
    }
  }

  private Path place(String name) throws RefusedException {
    boolean absolute = name.matches("(?s)[/\\\\].*|[A-Za-z]:.*");
    boolean climbs = Arrays.asList(name.split("[/\\\\]")).contains("..");
    if (absolute || climbs || name.indexOf('\0') >= 0) {
      throw new RefusedException("archive entry '%s' leaves the target folder".formatted(name));
    }
    Path target = root.resolve(name).normalize();
    if (!target.startsWith(root)) {
      throw new RefusedException("archive entry '%s' leaves the target folder".formatted(name));
    }
    return target;
  }

  private static void requireFile(ArchiveInputStream<?> in, ArchiveEntry entry)
      throws RefusedException {
    boolean plain =
        switch (entry) {
          // isFile() is also true of devices.
          case TarArchiveEntry tar -> PLAIN_TYPES.contains(tar.getLinkFlag());
          case ZipArchiveEntry zip -> !zip.isUnixSymlink();
          default -> false;
        };
    if (!plain) {
      throw new RefusedException(
          "archive entry '%s' is a link or device, which is not unpacked"
              .formatted(entry.getName()));
    }
    if (entry instanceof ZipArchiveEntry zip
        && in instanceof ZipArchiveInputStream stream
        && !stream.canReadEntryData(zip)) {
      throw new RefusedException(
          "archive entry '%s' is encrypted or packed in an unknown way".formatted(zip.getName()));
    }
  }

  private void copy(InputStream in, Path target) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int n; (n = in.read(buffer)) >= 0; ) {
        bytes += n;
        if (bytes > byteLimit) {
          throw new RefusedException(
              "archive holds more than the %d bytes expected".formatted(byteLimit));
        }
        out.write(buffer, 0, n);
      }
    }
    Disk.sync(target);
  }
}
