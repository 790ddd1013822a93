package dev.steepest.lab.data.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the one tag of an EXIF block (JEITA CP-3451, a TIFF file within) that changes a picture.
 */
final class Exif {

  private static final int TIFF = 42;
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY = 12;

  private Exif() {}

  /**
   * Of the block after {@code "Exif\0\0"}; damaged blocks say nothing, as they are no part of the
   * picture.
   */
  static Orientation orientation(byte[] file, int offset, int length) {
    ByteBuffer tiff = ByteBuffer.wrap(file, offset, length).slice();
    if (length < 8) {
      return Orientation.UPRIGHT;
    }
    switch (tiff.getShort(0)) {
      case 0x4949 -> tiff.order(ByteOrder.LITTLE_ENDIAN);
      case 0x4D4D -> tiff.order(ByteOrder.BIG_ENDIAN);
      default -> {
        return Orientation.UPRIGHT;
      }
    }
    int at = tiff.getInt(4);
    if (tiff.getShort(2) != TIFF || at < 8 || at > length - 2) {
      return Orientation.UPRIGHT;
    }
    int entries = tiff.getShort(at) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = at + 2 + i * ENTRY;
      if (entry > length - ENTRY) {
        return Orientation.UPRIGHT;
      }
      if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION && tiff.getShort(entry + 2) == SHORT) {
        return Orientation.of(tiff.getShort(entry + 8) & 0xFFFF);
      }
    }
    return Orientation.UPRIGHT;
  }
}
