package dev.steepest.optim.golden;

import static org.bytedeco.pytorch.global.torch.empty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reads NumPy arrays of version 1.0, little-endian float32 or float64, in C order. */
final class Npy {

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '(<f[48])', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\), \\}");

  private Npy() {}

  static Tensor read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int headerLength = (bytes[8] & 0xFF) | (bytes[9] & 0xFF) << 8;
      String header = new String(bytes, 10, headerLength, StandardCharsets.US_ASCII).strip();
      Matcher form = HEADER.matcher(header);
      if (bytes[6] != 1 || !form.matches()) {
        throw new IOException(file + ": unexpected header " + header);
      }
      long[] shape =
          Arrays.stream(form.group(2).split(","))
              .map(String::strip)
              .filter(size -> !size.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      ScalarType type = form.group(1).equals("<f8") ? ScalarType.Double : ScalarType.Float;
      Tensor tensor = empty(shape, new TensorOptions(type), new MemoryFormatOptional());
      MemorySegment.ofAddress(tensor.data_ptr().address())
          .reinterpret(tensor.nbytes())
          .copyFrom(MemorySegment.ofArray(bytes).asSlice(10 + headerLength, tensor.nbytes()));
      return tensor;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
