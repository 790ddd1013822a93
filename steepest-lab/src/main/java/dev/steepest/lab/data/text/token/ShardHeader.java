package dev.steepest.lab.data.text.token;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The head of a speedrun shard: 256 int32, little-endian, of which three have a meaning: 20240520,
 * version 1, and the number of uint16 tokens that follow.
 */
public final class ShardHeader {

  /** Length of the header. */
  public static final int BYTES = 256 * Integer.BYTES;

  static final int MAGIC = 20_240_520;
  static final int VERSION = 1;
  private static final int VERSION_AT = 4;
  private static final int COUNT_AT = 8;

  private ShardHeader() {}

  /** The header of a shard of so many tokens. */
  static ByteBuffer of(int count) {
    ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return header.putInt(0, MAGIC).putInt(VERSION_AT, VERSION).putInt(COUNT_AT, count);
  }

  /** Length of a shard of so many tokens. */
  public static long fileBytes(long tokens) {
    return BYTES + tokens * Short.BYTES;
  }

  /**
   * Everything that is wrong with the file as a shard: path, offset, expected, found. Empty if it
   * is one. The tokens are not looked at.
   */
  public static List<String> problems(Path path) throws IOException {
    long size = Files.size(path);
    ByteBuffer header = read(path);
    if (header.limit() < BYTES) {
      return List.of(
          "%s: truncated: a header of %d bytes was expected, the file has %d"
              .formatted(path, BYTES, size));
    }
    List<String> problems = new ArrayList<>();
    int magic = header.getInt(0);
    if (magic != MAGIC) {
      problems.add(
          "%s, offset 0: expected %d, the mark of a shard, found %d".formatted(path, MAGIC, magic));
      return problems; // The other numbers have no meaning then.
    }
    int version = header.getInt(VERSION_AT);
    if (version != VERSION) {
      problems.add(
          "%s, offset %d: expected version %d, found %d"
              .formatted(path, VERSION_AT, VERSION, version));
    }
    int count = header.getInt(COUNT_AT);
    if (count < 1) {
      problems.add(
          "%s, offset %d: expected a number of tokens, found %d".formatted(path, COUNT_AT, count));
    } else if (size != fileBytes(count)) {
      problems.add(
          "%s: %s: offset %d announces %d tokens, which makes %d bytes, the file has %d"
              .formatted(
                  path,
                  size < fileBytes(count) ? "truncated" : "too long",
                  COUNT_AT,
                  count,
                  fileBytes(count),
                  size));
    }
    return problems;
  }

  /** The number of tokens that a file announces; nothing if it does not begin like a shard. */
  static OptionalInt count(Path path) throws IOException {
    ByteBuffer header = read(path);
    return header.limit() >= COUNT_AT + Integer.BYTES && header.getInt(0) == MAGIC
        ? OptionalInt.of(header.getInt(COUNT_AT))
        : OptionalInt.empty();
  }

  private static ByteBuffer read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return ByteBuffer.wrap(in.readNBytes(BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
