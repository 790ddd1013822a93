package dev.steepest.lab.data.decode;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The structure of a PNG file (RFC 2083), read before it is decoded: decoders forgive bad sums. */
final class Png {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  private static final int HEADER = 0x49484452;
  private static final int END = 0x49454E44;

  private Png() {}

  static boolean is(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  /** Throws where a chunk is cut off or its sum wrong. */
  static void check(byte[] file) throws CorruptImageException {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    int at = SIGNATURE.length;
    while (true) {
      if (at + 12 > file.length) {
        throw truncated(file);
      }
      long length = bytes.getInt(at) & 0xFFFFFFFFL;
      if (at + 12 + length > file.length) {
        throw truncated(file);
      }
      int type = bytes.getInt(at + 4);
      if (at == SIGNATURE.length && (type != HEADER || length != 13)) {
        throw new CorruptImageException("is a PNG without a header");
      }
      CRC32 sum = new CRC32();
      sum.update(file, at + 4, (int) length + 4);
      if ((int) sum.getValue() != bytes.getInt(at + 8 + (int) length)) {
        throw new CorruptImageException(
            "has a wrong checksum in the chunk at byte %d".formatted(at));
      }
      if (type == END) {
        return;
      }
      at += 12 + (int) length;
    }
  }

  private static CorruptImageException truncated(byte[] file) {
    return new CorruptImageException(
        "ends after %d bytes, before its last chunk (truncated)".formatted(file.length));
  }
}
