package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.TensorMemory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {

  private static final int TRAIN = 3;
  private static final int TEST = 2;

  @TempDir Path folder;

  private final Mnist mnist = new Mnist(TRAIN, TEST);

  @Test
  void readsRawAndCompressedFilesInEitherPlace() throws IOException {
    Files.createDirectories(folder.resolve("mnist"));
    write("mnist/train-images-idx3-ubyte.gz", idx(0x803, pixels(TRAIN), TRAIN, 28, 28));
    write("train-labels-idx1-ubyte", idx(0x801, new byte[] {9, 0, 5}, TRAIN));
    write("t10k-images-idx3-ubyte", idx(0x803, pixels(TEST), TEST, 28, 28));
    write("t10k-labels-idx1-ubyte.gz", idx(0x801, new byte[] {1, 2}, TEST));
    try (TrainTest data = mnist.load(folder)) {
      assertThat(data.train().labelArray()).containsExactly(9, 0, 5);
      assertThat(data.train()).hasToString("mnist/train: 3 images of 1×28×28, 10 classes");
      assertThat(TensorMemory.segment(data.test().images()).toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(pixels(TEST));
    }
  }

  @Test
  void listsEveryMissingFile() {
    DataException error = catchThrowableOfType(DataException.class, () -> mnist.load(folder));
    assertThat(error.problems()).hasSize(4);
    assertThat(error)
        .hasMessageContaining("Cannot load mnist from " + folder + ": 4 problems")
        .hasMessageContaining("expected this file, raw or .gz, found no such file")
        .hasMessageContaining("./steepest data fetch mnist")
        .hasMessageContaining("--data-dir")
        .hasMessageContaining("STEEPEST_DATA");
  }

  @Test
  void listsEveryDamageAtOnce() throws IOException {
    write("train-images-idx3-ubyte", idx(0x803, new byte[100], TRAIN, 28, 28));
    write("train-labels-idx1-ubyte", idx(0x801, new byte[] {1, 10, 77}, TRAIN));
    write("t10k-images-idx3-ubyte", idx(0x803, pixels(TEST), TEST, 28, 27));
    write("t10k-labels-idx1-ubyte", idx(0xD01, new byte[] {1, 2}, TEST));
    DataException error = catchThrowableOfType(DataException.class, () -> mnist.load(folder));
    assertThat(error.problems())
        .containsExactly(
            folder.resolve("train-images-idx3-ubyte")
                + ": expected 2352 values, found 100 (truncated)",
            folder.resolve("train-labels-idx1-ubyte")
                + ": expected labels 0 … 9, found 2 outside, the first 10 at position 1",
            folder.resolve("t10k-images-idx3-ubyte")
                + ": expected dimensions [2, 28, 28], found [2, 28, 27]",
            folder.resolve("t10k-labels-idx1-ubyte")
                + ": expected magic number 0x00000801, found 0x00000d01");
  }

  @Test
  void reportsBrokenCompressionAndTrailingBytes() throws IOException {
    byte[] whole = compressed(idx(0x803, pixels(TRAIN), TRAIN, 28, 28));
    Files.write(
        folder.resolve("train-images-idx3-ubyte.gz"), Arrays.copyOf(whole, whole.length / 2));
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), new byte[] {1, 2, 3, 4});
    write("t10k-images-idx3-ubyte", idx(0x803, pixels(TEST + 1), TEST, 28, 28));
    write("t10k-labels-idx1-ubyte", new byte[2]);
    DataException error = catchThrowableOfType(DataException.class, () -> mnist.load(folder));
    assertThat(error.problems()).hasSize(4);
    assertThat(error.problems().get(0)).contains("readable idx file, found EOFException");
    assertThat(error.problems().get(1)).contains("readable idx file, found ZipException");
    assertThat(error.problems().get(2)).contains("1568 values, found more bytes after them");
    assertThat(error.problems().get(3)).contains("readable idx file, found EOFException");
  }

  private static byte[] pixels(int images) {
    byte[] pixels = new byte[images * 28 * 28];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31 + i / 7);
    }
    return pixels;
  }

  private static byte[] idx(int magic, byte[] values, int... shape) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    for (int dimension : shape) {
      out.writeInt(dimension);
    }
    out.write(values);
    return bytes.toByteArray();
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), name.endsWith(".gz") ? compressed(content) : content);
  }

  private static byte[] compressed(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }
}
