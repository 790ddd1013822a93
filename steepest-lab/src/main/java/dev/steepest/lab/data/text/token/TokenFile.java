package dev.steepest.lab.data.text.token;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of tokens, mapped into memory: read when looked at, and unmapped when nobody refers to it.
 *
 * @param path where it lies
 * @param offset of the first token, in bytes
 * @param tokens uint16, little-endian
 */
public record TokenFile(Path path, long offset, MemorySegment tokens) {

  /** What kind of file it is. */
  public enum Layout {
    /** A header, then tokens: the shards of the speedruns. */
    SHARD,
    /** Tokens only: the {@code .bin} files of nanoGPT. A shard is recognised by its header. */
    HEADERLESS
  }

  /**
   * Opens and checks files.
   *
   * @throws DataException naming everything that is wrong with any of them
   */
  public static List<TokenFile> open(List<Path> paths, Layout layout) {
    List<TokenFile> files = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path path : paths) {
      try {
        Layout found =
            layout == Layout.HEADERLESS && ShardHeader.count(path).isPresent()
                ? Layout.SHARD
                : layout;
        List<String> wrong =
            found == Layout.SHARD ? ShardHeader.problems(path) : headerlessProblems(path);
        problems.addAll(wrong);
        if (wrong.isEmpty()) {
          files.add(map(path, found == Layout.SHARD ? ShardHeader.BYTES : 0));
        }
      } catch (NoSuchFileException _) {
        problems.add(path + ": no such file");
      } catch (IOException e) {
        problems.add(path + ": cannot be read: " + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "Cannot read the token files",
          problems,
          "A shard is 256 int32 (20240520, 1, number of tokens, …) and uint16 tokens; a headerless"
              + " file is uint16 tokens only; both little-endian. Bring damaged files here again,"
              + " or write new ones with ./steepest data prepare.");
    }
    return List.copyOf(files);
  }

  private static List<String> headerlessProblems(Path path) throws IOException {
    long size = Files.size(path);
    if (size == 0) {
      return List.of(path + ": is empty");
    }
    return size % Short.BYTES == 0
        ? List.of()
        : List.of(
            "%s: truncated: %d bytes are no whole number of uint16 tokens".formatted(path, size));
  }

  private static TokenFile map(Path path, long offset) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new TokenFile(
          path,
          offset,
          channel.map(
              FileChannel.MapMode.READ_ONLY, offset, channel.size() - offset, Arena.ofAuto()));
    }
  }

  /** Number of tokens. */
  public long count() {
    return tokens.byteSize() / Short.BYTES;
  }

  TokenPart part() {
    return new TokenPart(tokens, TokenWidth.UINT16, path.toString(), offset);
  }
}
