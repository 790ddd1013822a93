package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.TensorMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Cifar10Test {

  private static final int RECORD = 3073;

  @TempDir Path folder;

  private final Cifar10 cifar = new Cifar10(2);

  @ParameterizedTest
  @ValueSource(strings = {"cifar-10-batches-bin", "cifar10/cifar-10-batches-bin", "cifar10", "."})
  void readsTheRecordsInOrderWhereverTheyLie(String place) throws IOException {
    writeAll(folder.resolve(place));
    try (TrainTest data = cifar.load(folder)) {
      assertThat(data.train().labelArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      assertThat(data.test().labelArray()).containsExactly(0, 1);
      assertThat(data.train()).hasToString("cifar10/train: 10 images of 3×32×32, 10 classes");
      MemorySegment pixels = TensorMemory.segment(data.train().images());
      // Image 7 is filled with 70 (red), 71 (green), 72 (blue).
      assertThat(pixels.get(ValueLayout.JAVA_BYTE, 7 * 3072)).isEqualTo((byte) 70);
      assertThat(pixels.get(ValueLayout.JAVA_BYTE, 7 * 3072 + 1024)).isEqualTo((byte) 71);
      assertThat(pixels.get(ValueLayout.JAVA_BYTE, 7 * 3072 + 3071)).isEqualTo((byte) 72);
    }
  }

  @Test
  void listsEveryDamageAtOnce() throws IOException {
    Path place = folder.resolve("cifar-10-batches-bin");
    writeAll(place);
    Files.delete(place.resolve("data_batch_1.bin"));
    Files.write(place.resolve("data_batch_3.bin"), new byte[RECORD]);
    Files.write(place.resolve("test_batch.bin"), records(9, 10));
    DataException error = catchThrowableOfType(DataException.class, () -> cifar.load(folder));
    assertThat(error.problems())
        .containsExactly(
            place.resolve("data_batch_1.bin") + ": expected this file, found no such file",
            place.resolve("data_batch_3.bin") + ": expected 6146 bytes, found 3073 bytes",
            place.resolve("test_batch.bin")
                + ": expected labels 0 … 9, found 1 outside, the first 10 at position 1");
    assertThat(error).hasMessageContaining("./steepest data fetch cifar10");
  }

  @Test
  void listsAllSixFilesWhenNoneIsThere() {
    DataException error = catchThrowableOfType(DataException.class, () -> cifar.load(folder));
    assertThat(error.problems()).hasSize(6);
  }

  private static void writeAll(Path place) throws IOException {
    Files.createDirectories(place);
    for (int i = 0; i < 5; i++) {
      Files.write(place.resolve("data_batch_%d.bin".formatted(i + 1)), records(2 * i, 2 * i + 1));
    }
    Files.write(place.resolve("test_batch.bin"), records(0, 1));
  }

  private static byte[] records(int... labels) {
    byte[] file = new byte[labels.length * RECORD];
    for (int i = 0; i < labels.length; i++) {
      file[i * RECORD] = (byte) labels[i];
      for (int k = 0; k < 3072; k++) {
        file[i * RECORD + 1 + k] = (byte) (labels[i] * 10 + k / 1024);
      }
    }
    return file;
  }
}
