package dev.steepest.lab.data.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Archives for tests, benign and not. */
final class Archives {

  private Archives() {}

  /** An entry: a file where {@code link} is null, else a symbolic link to there. */
  record Entry(String name, byte[] content, String link, byte type) {
    static Entry file(String name, int bytes) {
      return new Entry(name, new byte[bytes], null, TarConstants.LF_NORMAL);
    }

    static Entry symbolicLink(String name, String to) {
      return new Entry(name, new byte[0], to, TarConstants.LF_SYMLINK);
    }

    static Entry hardLink(String name, String to) {
      return new Entry(name, new byte[0], to, TarConstants.LF_LINK);
    }

    static Entry device(String name) {
      return new Entry(name, new byte[0], null, TarConstants.LF_CHR);
    }
  }

  static byte[] tarGz(Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Entry entry : entries) {
        // The last argument keeps a leading slash, as a hostile tool would.
        TarArchiveEntry header = new TarArchiveEntry(entry.name(), entry.type(), true);
        if (entry.link() != null) {
          header.setLinkName(entry.link());
        }
        header.setSize(entry.content().length);
        tar.putArchiveEntry(header);
        tar.write(entry.content());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  static byte[] zip(Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Entry entry : entries) {
        zip.putNextEntry(new ZipEntry(entry.name()));
        zip.write(entry.content());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
