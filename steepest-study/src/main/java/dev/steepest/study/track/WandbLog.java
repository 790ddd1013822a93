package dev.steepest.study.track;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * The file {@code run-ID.wandb} of an offline run: LevelDB's log format with a header of its own
 * and the plain CRC-32, each record a {@code wandb_internal.Record}.
 *
 * <p>The file is blocks of 32,768 bytes, the first of which begins with {@code :W&B}, 0xBEE1 (u16)
 * and version 0 (u8). A record is one chunk, or several where a block ends: checksum of type and
 * payload (u32), length (u16), type (u8: 1 full, 2 first, 3 middle, 4 last), payload;
 * little-endian. No chunk begins in the last 6 bytes of a block, which are zero.
 */
final class WandbLog implements AutoCloseable {
  private static final int BLOCK = 32_768;
  private static final int CHUNK_HEADER = 7;
  private static final int FULL = 1;
  private static final int FIRST = 2;
  private static final int MIDDLE = 3;
  private static final int LAST = 4;
  private static final int NUM = 1;

  private final AppendFile file;
  private long records;

  /**
   * Goes on at the end of {@code path}, or begins it.
   *
   * @param records that it holds
   */
  WandbLog(Path path, long records) {
    this.file = new AppendFile(path);
    this.records = records;
    if (file.size() == 0) {
      file.append(
          ByteBuffer.allocate(7)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(new byte[] {':', 'W', '&', 'B'})
              .putShort((short) 0xBEE1)
              .put((byte) 0)
              .flip());
    }
  }

  /**
   * Adds a record.
   *
   * @param type the number of the field that says what it is
   */
  void add(int type, Message content) {
    records++;
    byte[] data = new Message().whole(NUM, records).with(type, content).toBytes();
    // Room for a header in every block that the record can touch, and for the end of this block.
    int room = data.length + CHUNK_HEADER * (data.length / (BLOCK - CHUNK_HEADER) + 3);
    ByteBuffer out = ByteBuffer.allocate(room).order(ByteOrder.LITTLE_ENDIAN);
    int from = 0;
    boolean begun = false;
    do {
      int left = BLOCK - (int) ((file.size() + out.position()) % BLOCK);
      if (left < CHUNK_HEADER) {
        out.put(new byte[left]);
        left = BLOCK;
      }
      int length = Math.min(data.length - from, left - CHUNK_HEADER);
      boolean done = from + length == data.length;
      chunk(out, begun ? (done ? LAST : MIDDLE) : (done ? FULL : FIRST), data, from, length);
      from += length;
      begun = true;
    } while (from < data.length);
    file.append(out.flip());
  }

  private static void chunk(ByteBuffer out, int type, byte[] data, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(type);
    crc.update(data, from, length);
    out.putInt((int) crc.getValue()).putShort((short) length).put((byte) type);
    out.put(data, from, length);
  }

  Path path() {
    return file.path();
  }

  Ledger.Extent extent() {
    return new Ledger.Extent(file.size(), records);
  }

  @Override
  public void close() {
    file.close();
  }
}
