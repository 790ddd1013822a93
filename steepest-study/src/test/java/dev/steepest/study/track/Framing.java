package dev.steepest.study.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Takes files apart as their formats say, every checksum computed anew. */
final class Framing {
  private static final int BLOCK = 32_768;

  private Framing() {}

  /** The data of each record of a TensorBoard event file. */
  static List<byte[]> events(byte[] file) {
    List<byte[]> records = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).isEqualTo(masked(length));
      byte[] data = new byte[Math.toIntExact(ByteBuffer.wrap(length).order(in.order()).getLong())];
      in.get(data);
      assertThat(in.getInt()).isEqualTo(masked(data));
      records.add(data);
    }
    return records;
  }

  /** {@code ((crc >> 15) | (crc << 17)) + 0xa282ead8}, as crc32c.h writes it. */
  private static int masked(byte[] data) {
    long crc = Checksum.CASTAGNOLI.of(data) & 0xFFFFFFFFL;
    return (int) ((crc >>> 15 | crc << 17) + 0xa282ead8L);
  }

  /** The data of each record of a W&B transaction log. */
  static List<byte[]> wandb(byte[] file) {
    assertThat(Arrays.copyOf(file, 7)).containsExactly(':', 'W', '&', 'B', 0xE1, 0xBE, 0x00);
    List<byte[]> records = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(7);
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    boolean inside = false;
    while (in.hasRemaining()) {
      int left = BLOCK - in.position() % BLOCK;
      if (left < 7) {
        for (int i = 0; i < left; i++) {
          assertThat(in.get()).isZero();
        }
        continue;
      }
      int checksum = in.getInt();
      int length = Short.toUnsignedInt(in.getShort());
      assertThat(checksum).isEqualTo(Checksum.IEEE.of(file, in.position(), length + 1));
      int type = in.get();
      assertThat(type == 3 || type == 4).as("goes on with a record").isEqualTo(inside);
      assertThat(in.position() % BLOCK + length)
          .as("stays in its block")
          .isLessThanOrEqualTo(BLOCK);
      record.write(file, in.position(), length);
      in.position(in.position() + length);
      inside = type == 2 || type == 3;
      if (!inside) {
        records.add(record.toByteArray());
        record.reset();
      }
    }
    assertThat(inside).as("in the midst of a record").isFalse();
    return records;
  }
}
