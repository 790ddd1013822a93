package dev.steepest.lab.data.decode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The structure of a JPEG file (ITU-T T.81, annex B), read before it is decoded: a file that ends
 * too early is found out here, which decoders paint over.
 *
 * @param width in pixels, as stored
 * @param height in pixels, as stored
 * @param components 1 grey, 3 colour, 4 for print
 * @param orientation how the camera was held
 * @param transform of Adobe's marker: 0 none, 1 YCbCr, 2 YCCK; −1 without the marker
 * @param plain the file without what is no part of the picture: profiles, thumbnails, comments;
 *     what decoders make of those differs
 */
record Jpeg(
    int width, int height, int components, Orientation orientation, int transform, byte[] plain) {

  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int RESTART_0 = 0xD0;
  private static final int RESTART_7 = 0xD7;
  private static final int TEMPORARY = 0x01;
  private static final int APP_0 = 0xE0;
  private static final int APP_1 = 0xE1;
  private static final int APP_14 = 0xEE;
  private static final int APP_15 = 0xEF;
  private static final int COMMENT = 0xFE;
  private static final int BASELINE = 0xC0;
  private static final int PROGRESSIVE = 0xC2;
  private static final int HUFFMAN_TABLES = 0xC4;
  private static final int EXTENSION = 0xC8;
  private static final int ARITHMETIC_TABLES = 0xCC;
  private static final int LAST_FRAME = 0xCF;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  /** JFIF 1.01 without density or thumbnail: says that three components are YCbCr. */
  private static final byte[] JFIF = {
    (byte) 0xFF, (byte) APP_0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  /** Whether a file begins as a JPEG does. */
  static boolean is(byte[] file) {
    return file.length > 2
        && (file[0] & 0xFF) == 0xFF
        && (file[1] & 0xFF) == START
        && (file[2] & 0xFF) == 0xFF;
  }

  static Jpeg read(byte[] file) throws CorruptImageException {
    return new Reader(file).read();
  }

  private static final class Reader {
    private final byte[] file;
    private final ByteArrayOutputStream plain;
    private int at = 2;
    private int width;
    private int height;
    private int components;
    private boolean namedRgb;
    private int transform = -1;
    private Orientation orientation = Orientation.UPRIGHT;

    Reader(byte[] file) {
      this.file = file;
      this.plain = new ByteArrayOutputStream(file.length + JFIF.length);
    }

    Jpeg read() throws CorruptImageException {
      while (true) {
        int from = at;
        int marker = marker();
        if (marker == END) {
          plain.write(file, from, at - from);
          return finished();
        }
        if (marker == TEMPORARY || (marker >= RESTART_0 && marker <= RESTART_7)) {
          continue;
        }
        int length = length();
        segment(marker, at + 2, length - 2);
        at += length;
        if (!(marker >= APP_0 && marker <= APP_15 && marker != APP_14) && marker != COMMENT) {
          plain.write(0xFF);
          plain.write(marker);
          plain.write(file, at - length, length);
        }
        if (marker == SCAN) {
          int data = at;
          skipScan();
          plain.write(file, data, at - data);
        }
      }
    }

    private Jpeg finished() throws CorruptImageException {
      if (components == 0) {
        throw new CorruptImageException("is a JPEG without a picture");
      }
      byte[] body = plain.toByteArray();
      boolean colour = components == 3 && transform < 0 && !namedRgb;
      byte[] head = {(byte) 0xFF, (byte) START};
      byte[] jfif = colour || components == 1 ? JFIF : new byte[0];
      byte[] whole = Arrays.copyOf(head, head.length + jfif.length + body.length);
      System.arraycopy(jfif, 0, whole, head.length, jfif.length);
      System.arraycopy(body, 0, whole, head.length + jfif.length, body.length);
      return new Jpeg(width, height, components, orientation, transform, whole);
    }

    private int marker() throws CorruptImageException {
      int skipped = 0;
      while (at < file.length && (file[at] & 0xFF) != 0xFF) {
        at++;
        skipped++;
      }
      while (at < file.length && (file[at] & 0xFF) == 0xFF) {
        at++;
      }
      if (at >= file.length) {
        throw truncated();
      }
      if (skipped > 0 && components == 0) {
        throw new CorruptImageException("has %d stray bytes in its header".formatted(skipped));
      }
      return file[at++] & 0xFF;
    }

    private int length() throws CorruptImageException {
      if (at + 2 > file.length) {
        throw truncated();
      }
      int length = word(at);
      if (length < 2) {
        throw new CorruptImageException(
            "has a segment of %d bytes in its header".formatted(length));
      }
      if (at + length > file.length) {
        throw truncated();
      }
      return length;
    }

    private void segment(int marker, int from, int length) throws CorruptImageException {
      if (marker == APP_1 && startsWith(EXIF, from, length)) {
        orientation = Exif.orientation(file, from + EXIF.length, length - EXIF.length);
      } else if (marker == APP_14 && length >= 12 && startsWith(ADOBE, from, length)) {
        transform = file[from + 11] & 0xFF;
      } else if (isFrame(marker)) {
        frame(marker, from, length);
      } else if (marker == SCAN && components == 0) {
        throw new CorruptImageException("has data before its frame header");
      }
    }

    private static boolean isFrame(int marker) {
      return marker >= BASELINE
          && marker <= LAST_FRAME
          && marker != HUFFMAN_TABLES
          && marker != EXTENSION
          && marker != ARITHMETIC_TABLES;
    }

    private void frame(int marker, int from, int length) throws CorruptImageException {
      if (marker > PROGRESSIVE) {
        throw new CorruptImageException(
            "is a JPEG of a kind that is not read (SOF%d: lossless, hierarchical or arithmetic)"
                .formatted(marker - BASELINE));
      }
      if (length < 6 || length < 6 + 3 * (file[from + 5] & 0xFF)) {
        throw new CorruptImageException("has a frame header of %d bytes".formatted(length));
      }
      int bits = file[from] & 0xFF;
      height = word(from + 1);
      width = word(from + 3);
      components = file[from + 5] & 0xFF;
      if (bits != 8 || (components != 1 && components != 3 && components != 4)) {
        throw new CorruptImageException(
            "has %d components of %d bits; 1, 3 or 4 of 8 are read".formatted(components, bits));
      }
      namedRgb =
          components == 3
              && file[from + 6] == 'R'
              && file[from + 9] == 'G'
              && file[from + 12] == 'B';
    }

    /** To the marker that ends entropy-coded data. */
    private void skipScan() throws CorruptImageException {
      while (at + 1 < file.length) {
        if ((file[at] & 0xFF) == 0xFF) {
          int next = file[at + 1] & 0xFF;
          if (next != 0 && next != 0xFF && (next < RESTART_0 || next > RESTART_7)) {
            return;
          }
        }
        at++;
      }
      throw truncated();
    }

    private CorruptImageException truncated() {
      return new CorruptImageException(
          "ends after %d bytes, before its end marker (truncated)".formatted(file.length));
    }

    private boolean startsWith(byte[] start, int from, int length) {
      return length >= start.length
          && Arrays.equals(file, from, from + start.length, start, 0, start.length);
    }

    private int word(int offset) {
      return (file[offset] & 0xFF) << 8 | (file[offset + 1] & 0xFF);
    }
  }
}
