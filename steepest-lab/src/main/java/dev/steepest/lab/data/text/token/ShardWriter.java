package dev.steepest.lab.data.text.token;

import dev.steepest.lab.data.files.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes one speedrun shard. It lies beside its place until {@link #finish()}, which puts its
 * number of tokens into the header, forces it to the disk and moves it there at once. For one
 * thread.
 */
public final class ShardWriter implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private int count;

  /** Begins a shard; what an earlier process left unfinished is overwritten. */
  public ShardWriter(Path target) throws IOException {
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + ".part");
    Files.createDirectories(target.toAbsolutePath().getParent());
    this.channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    channel.position(ShardHeader.BYTES);
  }

  /** Tokens so far. */
  public int count() {
    return count;
  }

  /**
   * Adds tokens {@code from} … {@code to − 1} of an array.
   *
   * @throws IllegalArgumentException if a token needs more than 16 bits
   */
  public void write(int[] tokens, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      int token = tokens[i];
      if (token < 0 || token >= TokenWidth.UINT16_VOCABULARY) {
        throw new IllegalArgumentException(
            "a shard holds tokens 0 … %d, got %d"
                .formatted(TokenWidth.UINT16_VOCABULARY - 1, token));
      }
      if (!buffer.hasRemaining()) {
        flush();
      }
      buffer.putShort((short) token);
      count++;
    }
  }

  /** Completes the shard and moves it into its place. */
  public void finish() throws IOException {
    flush();
    ByteBuffer header = ShardHeader.of(count);
    for (int at = 0; header.hasRemaining(); ) {
      at += channel.write(header, at);
    }
    channel.force(true);
    channel.close();
    Disk.moveIntoPlace(part, target);
  }

  /** Throws an unfinished shard away. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(part);
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
