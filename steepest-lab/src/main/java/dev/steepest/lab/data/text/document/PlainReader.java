package dev.steepest.lab.data.text.document;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Plain text. A line that holds nothing but {@code <|endoftext|>} separates documents and belongs,
 * with the end of the line before it, to neither; all other bytes are text.
 */
final class PlainReader implements DocumentReader {

  private static final byte[] SEPARATOR = "<|endoftext|>".getBytes(StandardCharsets.UTF_8);

  private final ByteLines lines;

  PlainReader(ByteLines lines) {
    this.lines = lines;
  }

  @Override
  public Optional<String> next() {
    while (true) {
      Bytes document = new Bytes();
      long first = lines.number() + 1;
      boolean separated = false;
      while (!separated && lines.next()) {
        separated = isSeparator();
        if (!separated) {
          if (document.size() > ByteLines.MOST_BYTES - lines.length()) {
            throw lines.problem(
                lines.number(),
                "a document of more than %d bytes; a line <|endoftext|> separates documents"
                    .formatted(ByteLines.MOST_BYTES),
                null);
          }
          document.write(lines.line(), 0, lines.length());
        }
      }
      if (separated) {
        document.dropLineEnd();
      }
      String text = lines.text(document.array(), document.size(), first);
      if (!text.isBlank()) {
        return Optional.of(text);
      }
      if (!separated) {
        return Optional.empty();
      }
    }
  }

  private boolean isSeparator() {
    int length = lines.length();
    byte[] line = lines.line();
    while (length > SEPARATOR.length && Character.isWhitespace(line[length - 1])) {
      length--;
    }
    return Arrays.equals(line, 0, length, SEPARATOR, 0, SEPARATOR.length);
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public void close() {
    lines.close();
  }

  /** Bytes that can be looked at without a copy. */
  private static final class Bytes extends ByteArrayOutputStream {

    byte[] array() {
      return buf;
    }

    void dropLineEnd() {
      if (count > 0 && buf[count - 1] == '\n') {
        count -= count > 1 && buf[count - 2] == '\r' ? 2 : 1;
      }
    }
  }
}
