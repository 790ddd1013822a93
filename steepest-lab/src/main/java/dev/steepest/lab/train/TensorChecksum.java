package dev.steepest.lab.train;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Finds out that stored values are no longer what they were: a CRC-32C of names and bytes. */
final class TensorChecksum {
  private static final long MOST = 1L << 30; // a buffer has less than 2³¹ bytes

  private TensorChecksum() {}

  /** Eight hexadecimal digits, the same whatever the order of the map. */
  static String of(Map<String, Tensor> tensors) {
    CRC32C sum = new CRC32C();
    new TreeMap<>(tensors)
        .forEach((name, tensor) -> {
          sum.update(name.getBytes(StandardCharsets.UTF_8));
          add(sum, tensor);
        });
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  private static void add(CRC32C sum, Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      Tensor dense = tensor.detach().cpu().contiguous();
      long bytes = dense.nbytes();
      for (long from = 0; from < bytes; from += MOST) {
        BytePointer part = new BytePointer(dense.data_ptr()).position(from);
        ByteBuffer buffer = part.limit(Math.min(bytes, from + MOST)).asByteBuffer();
        sum.update(buffer);
      }
    }
  }
}
