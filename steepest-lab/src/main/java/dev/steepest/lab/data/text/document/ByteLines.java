package dev.steepest.lab.data.text.document;

import dev.steepest.lab.data.DataException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The lines of a file that may be compressed, as bytes with their ends. For one thread. */
final class ByteLines implements AutoCloseable {

  /** Assumed: no document is longer; keeps a file without lines from filling the memory. */
  static final int MOST_BYTES = 1 << 30;

  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final Counting raw;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private byte[] line = new byte[BUFFER];
  private int length;
  private long number;

  ByteLines(Path path) throws IOException {
    this.path = path;
    this.raw = new Counting(Files.newInputStream(path));
    try {
      this.in = Packed.of(path.getFileName().toString()).open(raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Goes to the next line; false at the end of the file. */
  boolean next() {
    length = 0;
    try {
      while (from < to || fill()) {
        int end = from;
        while (end < to && buffer[end] != '\n') {
          end++;
        }
        boolean whole = end < to;
        append(whole ? end + 1 : end);
        if (whole) {
          break;
        }
      }
    } catch (IOException e) {
      throw problem(number + 1, "cannot be read further: " + e.getMessage(), e);
    }
    number += length > 0 ? 1 : 0;
    return length > 0;
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private void append(int end) {
    int count = end - from;
    if (length > MOST_BYTES - count) {
      throw problem(number + 1, "a line of more than %d bytes".formatted(MOST_BYTES), null);
    }
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, 2 * line.length));
    }
    System.arraycopy(buffer, from, line, length, count);
    length += count;
    from = end;
  }

  /** The line's bytes, of which the first {@link #length()} count; reused by the next line. */
  byte[] line() {
    return line;
  }

  int length() {
    return length;
  }

  /** Number of the line, from 1. */
  long number() {
    return number;
  }

  /** Bytes of the file read so far, before they are unpacked. */
  long bytesRead() {
    return raw.count;
  }

  /**
   * Bytes as text.
   *
   * @param firstLine number of the line in which they begin
   * @throws DataException naming file and line where they are no UTF-8
   */
  String text(byte[] bytes, int count, long firstLine) {
    String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      requireUtf8(bytes, count, firstLine);
    }
    boolean marked = firstLine == 1 && text.startsWith("\uFEFF");
    return marked ? text.substring(1) : text;
  }

  private void requireUtf8(byte[] bytes, int count, long firstLine) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, count);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, CharBuffer.allocate(count), true);
    if (result.isError()) {
      long line = firstLine;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw problem(
          line, "byte 0x%02X does not belong to UTF-8".formatted(bytes[in.position()]), null);
    }
  }

  DataException problem(long line, String what, Throwable cause) {
    return new DataException(
        "Cannot read the text",
        List.of("%s, line %d: %s".formatted(path, line, what)),
        "Text must be UTF-8; a compressed file that ends early must be brought here again.",
        cause);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException _) {
      // It was only read; all that mattered of it has been seen.
    }
  }

  /** Counts what a decompressor takes. */
  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int most) throws IOException {
      int n = super.read(target, offset, most);
      count += Math.max(0, n);
      return n;
    }
  }
}
