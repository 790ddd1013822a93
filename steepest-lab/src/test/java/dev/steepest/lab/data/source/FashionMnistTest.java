package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FashionMnistTest {

  @TempDir Path folder;

  private final FashionMnist fashion = new FashionMnist(2, 1);

  @ParameterizedTest
  @ValueSource(strings = {"fashion-mnist", "FashionMNIST/raw"})
  void readsItsOwnFolders(String place) throws IOException {
    write(folder.resolve(place));
    try (TrainTest data = fashion.load(folder)) {
      assertThat(data.train()).hasToString("fashion-mnist/train: 2 images of 1×28×28, 10 classes");
      assertThat(data.train().labelArray()).containsExactly(9, 3);
      assertThat(data.train().classes().get(9)).isEqualTo("ankle-boot");
      assertThat(data.test().size()).isEqualTo(1);
    }
  }

  /** The files of MNIST have the same names and lengths. */
  @Test
  void takesNoFilesOfAnotherDataSet() throws IOException {
    write(folder);
    write(folder.resolve("mnist"));
    DataException error = catchThrowableOfType(DataException.class, () -> fashion.load(folder));
    assertThat(error.problems()).hasSize(4);
    assertThat(error.problems().getFirst())
        .startsWith(folder.resolve("fashion-mnist").resolve("train-images-idx3-ubyte").toString());
  }

  private static void write(Path place) throws IOException {
    Files.createDirectories(place);
    Files.write(place.resolve("train-images-idx3-ubyte"), images(2));
    Files.write(place.resolve("train-labels-idx1-ubyte"), labels(9, 3));
    Files.write(place.resolve("t10k-images-idx3-ubyte"), images(1));
    Files.write(place.resolve("t10k-labels-idx1-ubyte"), labels(0));
  }

  private static byte[] images(int count) {
    return ByteBuffer.allocate(16 + count * 784)
        .putInt(0x803)
        .putInt(count)
        .putInt(28)
        .putInt(28)
        .array();
  }

  private static byte[] labels(int... labels) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      bytes.put((byte) label);
    }
    return bytes.array();
  }
}
