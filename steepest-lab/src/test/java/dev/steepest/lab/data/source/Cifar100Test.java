package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.source.ImageOptions.Labelling;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar100Test {

  private static final int RECORD = 3074;
  private static final ImageOptions COARSE =
      new ImageOptions(
          Channels.AS_IS,
          Labelling.COARSE,
          ImageOptions.STANDARD.decoding(),
          ImageOptions.STANDARD.tree());

  @TempDir Path folder;

  private final Cifar100 cifar = new Cifar100(3, 2);

  @Test
  void readsEitherLabelAndTheSamePixels() throws IOException {
    write(
        folder.resolve("cifar100"),
        new int[][] {{4, 0}, {1, 1}, {13, 99}},
        new int[][] {{19, 41}, {0, 4}});
    try (TrainTest fine = cifar.load(folder);
        TrainTest coarse = cifar.load(folder, COARSE)) {
      assertThat(fine.train()).hasToString("cifar100/train: 3 images of 3×32×32, 100 classes");
      assertThat(fine.train().labelArray()).containsExactly(0, 1, 99);
      assertThat(fine.train().classes().get(0)).isEqualTo("apple");
      assertThat(fine.train().classes().get(99)).isEqualTo("worm");
      assertThat(coarse.train()).hasToString("cifar100/train: 3 images of 3×32×32, 20 classes");
      assertThat(coarse.train().labelArray()).containsExactly(4, 1, 13);
      assertThat(coarse.train().classes().get(4)).isEqualTo("fruit_and_vegetables");
      assertThat(coarse.train().classes().get(13)).isEqualTo("non-insect_invertebrates");
      assertThat(coarse.test().labelArray()).containsExactly(19, 0);
      byte[] pixels = TensorMemory.segment(fine.train().images()).toArray(ValueLayout.JAVA_BYTE);
      assertThat(pixels)
          .isEqualTo(TensorMemory.segment(coarse.train().images()).toArray(ValueLayout.JAVA_BYTE));
      // Record 2 is filled with 20 (red), 21 (green), 22 (blue).
      assertThat(pixels[2 * 3072]).isEqualTo((byte) 20);
      assertThat(pixels[2 * 3072 + 1024]).isEqualTo((byte) 21);
      assertThat(pixels[3 * 3072 - 1]).isEqualTo((byte) 22);
    }
  }

  @Test
  void listsEveryDamageAtOnce() throws IOException {
    write(folder, new int[][] {{0, 0}, {0, 100}, {20, 3}}, new int[][] {{0, 0}});
    DataException error = catchThrowableOfType(DataException.class, () -> cifar.load(folder));
    assertThat(error.problems())
        .containsExactly(
            folder.resolve("train.bin")
                + ": expected labels 0 … 99, found 1 outside, the first 100 at position 1",
            folder.resolve("test.bin") + ": expected 6148 bytes, found 3074 bytes");
    error = catchThrowableOfType(DataException.class, () -> cifar.load(folder, COARSE));
    assertThat(error.problems().getFirst())
        .endsWith("expected labels 0 … 19, found 1 outside, the first 20 at position 2");
  }

  @Test
  void namesThePlaceThatTheArchiveBrings() {
    DataException error = catchThrowableOfType(DataException.class, () -> cifar.load(folder));
    assertThat(error)
        .hasMessageContaining(folder.resolve("cifar-100-binary").resolve("train.bin").toString())
        .hasMessageContaining("./steepest data fetch cifar100");
  }

  private static void write(Path place, int[][] train, int[][] test) throws IOException {
    Files.createDirectories(place);
    Files.write(place.resolve("train.bin"), records(train));
    Files.write(place.resolve("test.bin"), records(test));
  }

  private static byte[] records(int[][] labels) {
    byte[] file = new byte[labels.length * RECORD];
    for (int i = 0; i < labels.length; i++) {
      file[i * RECORD] = (byte) labels[i][0];
      file[i * RECORD + 1] = (byte) labels[i][1];
      for (int k = 0; k < 3072; k++) {
        file[i * RECORD + 2 + k] = (byte) (i * 10 + k / 1024);
      }
    }
    return file;
  }
}
