package dev.steepest.lab.data.source;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Reads the idx format of uint8 arrays: bytes 0, 0, type 8, number of dimensions; each dimension as
 * big-endian int32; the values, last dimension fastest. Source: yann.lecun.com/exdb/mnist.
 */
final class IdxFile {

  private static final int UINT8 = 0x08;

  private IdxFile() {}

  /**
   * The values of a raw or gzip-compressed file of exactly this shape; empty if a problem was
   * added.
   *
   * @param shape expected dimensions
   */
  static Optional<byte[]> read(Path path, int[] shape, Findings findings) {
    try (InputStream bytes = open(path);
        DataInputStream in = new DataInputStream(bytes)) {
      int magic = in.readInt();
      int expected = UINT8 << 8 | shape.length;
      if (magic != expected) {
        findings.add(path, "magic number 0x%08x".formatted(expected), "0x%08x".formatted(magic));
        return Optional.empty();
      }
      int[] found = new int[shape.length];
      for (int i = 0; i < found.length; i++) {
        found[i] = in.readInt();
      }
      if (!Arrays.equals(found, shape)) {
        findings.add(path, "dimensions " + Arrays.toString(shape), Arrays.toString(found));
        return Optional.empty();
      }
      return values(path, in, Arrays.stream(shape).reduce(1, Math::multiplyExact), findings);
    } catch (IOException e) {
      findings.add(path, "a readable idx file", describe(e));
      return Optional.empty();
    }
  }

  private static Optional<byte[]> values(Path path, InputStream in, int count, Findings findings)
      throws IOException {
    byte[] values = in.readNBytes(count);
    if (values.length < count) {
      findings.add(path, count + " values", values.length + " (truncated)");
      return Optional.empty();
    }
    if (in.read() >= 0) {
      findings.add(path, count + " values", "more bytes after them");
      return Optional.empty();
    }
    return Optional.of(values);
  }

  private static InputStream open(Path path) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    if (!path.getFileName().toString().endsWith(".gz")) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, 1 << 16);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private static String describe(IOException e) {
    String name = e.getClass().getSimpleName();
    return e.getMessage() == null ? name : "%s (%s)".formatted(name, e.getMessage());
  }
}
