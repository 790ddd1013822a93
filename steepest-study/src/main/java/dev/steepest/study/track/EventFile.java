package dev.steepest.study.track;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file: records of TensorFlow's framing, each an {@code Event} message.
 *
 * <p>Record: length (u64), masked CRC-32C of the length (u32), data, masked CRC-32C of the data
 * (u32); little-endian. Source: {@code tensorflow/core/lib/io/record_writer.h}, {@code
 * tensorflow/core/util/event.proto}.
 */
final class EventFile implements AutoCloseable {
  /** Added to a rotated checksum, so that the checksum of data that holds checksums stays good. */
  private static final int MASK = 0xa282ead8;

  private static final String VERSION = "brain.Event:2";

  private final AppendFile file;
  private long records;

  /** Begins a file. */
  EventFile(Path path, Instant at) {
    file = new AppendFile(path);
    append(event(at, 0).text(3, VERSION));
  }

  /** Scalars by tag at one place. */
  void scalars(Instant at, long step, SortedMap<String, Double> values) {
    Message summary = new Message();
    values.forEach(
        (tag, value) -> summary.with(1, new Message().text(1, tag).single(2, value.floatValue())));
    append(event(at, step).with(5, summary));
  }

  /** A value that a plugin reads from its metadata. */
  void plugin(Instant at, String plugin, String tag, Message content) {
    Message data = new Message().text(1, plugin).with(2, content);
    Message value =
        new Message().text(1, tag).with(8, NO_NUMBERS).with(9, new Message().with(1, data));
    append(event(at, 0).with(5, new Message().with(1, value)));
  }

  /** A tensor of floats of shape (0): every value needs a tensor. */
  private static final Message NO_NUMBERS =
      new Message().whole(1, 1).with(2, new Message().with(2, new Message()));

  private static Message event(Instant at, long step) {
    return new Message().real(1, at.toEpochMilli() / 1000.0).whole(2, step);
  }

  private void append(Message event) {
    byte[] data = event.toBytes();
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(masked(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(masked(data, data.length));
    file.append(record.flip());
    records++;
  }

  private static int masked(byte[] data, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  Ledger.Extent extent() {
    return new Ledger.Extent(file.size(), records);
  }

  @Override
  public void close() {
    file.close();
  }
}
