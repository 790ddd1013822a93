package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.cache.DecodedCache;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.decode.SamplePictures;
import dev.steepest.lab.data.source.ImageOptions.Corrupt;
import dev.steepest.lab.data.source.ImageOptions.Decoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  @TempDir Path folder;
  private ImageFolder source;

  @BeforeEach
  void ownCache() {
    source = new ImageFolder(new DecodedCache(folder.resolve("cache")));
  }

  @Test
  void aShareOfEachClassIsForTheTest() throws IOException {
    for (int i = 0; i < 10; i++) {
      write("pics/cat/%d.jpg".formatted(i), 32, 32, i);
      write("pics/dog/%d.jpg".formatted(i), 32, 32, 100 + i);
    }
    try (TrainTest data = load(0, Corrupt.STOP);
        TrainTest again = load(0, Corrupt.STOP)) {
      assertThat(data.train()).hasToString("pics/train: 16 images of 3×32×32, 2 classes");
      assertThat(data.test()).hasToString("pics/test: 4 images of 3×32×32, 2 classes");
      assertThat(data.test().labelArray()).containsExactly(0, 0, 1, 1);
      assertThat(data.test().classes()).containsExactly("cat", "dog");
      assertThat(again.test().checksum()).isEqualTo(data.test().checksum());
      assertThat(data.train().checksum()).isNotEqualTo(data.test().checksum());
      assertThat(data.notes())
          .containsExactly(
              "data: 20 image files of %s as 32×32, as they are, JPEG by %s"
                  .formatted(
                      folder.resolve("pics"),
                      dev.steepest.lab.data.decode.JpegLibrary.chosen().word()));
    }
  }

  @Test
  void partsAndSizesAreAsTheyAreAskedFor() throws IOException {
    writeParts(50, 40);
    write("pics/val/a/1.jpg", 40, 50, 9);
    write("pics/val/b/1.jpg", 40, 50, 10);
    ImageOptions grey =
        new ImageOptions(
            Channels.GREY,
            ImageOptions.STANDARD.labels(),
            new Decoding(24, Fit.SQUASH, Corrupt.STOP),
            ImageOptions.STANDARD.withFolder("pics").tree());
    try (TrainTest data = source.load(folder, grey)) {
      assertThat(data.train()).hasToString("pics/train: 4 images of 1×24×24, 2 classes");
      assertThat(data.validation().orElseThrow())
          .hasToString("pics/validation: 2 images of 1×24×24, 2 classes");
      assertThat(data.test()).hasToString("pics/test: 2 images of 1×24×24, 2 classes");
      assertThat(data.notes()).anyMatch(note -> note.contains("data.validation is not"));
    }
  }

  @Test
  void imagesOutsideOfThePartsAreCounted() throws IOException {
    writeParts(32, 32);
    write("pics/Train/a/1.jpg", 32, 32, 9);
    write("pics/Train/b/1.jpg", 32, 32, 9);
    write("pics/extra/1.jpg", 32, 32, 9);
    write("pics/loose.jpg", 32, 32, 9);
    try (TrainTest data = load(0, Corrupt.STOP)) {
      assertThat(data.train().size()).isEqualTo(4);
      assertThat(data.notes())
          .contains(
              "data: left out 4 image files beside train, val and test: Train/ (2), extra/ (1), loose.jpg");
    }
  }

  @Test
  void imagesOfOtherShapesNeedASize() throws IOException {
    writeParts(32, 32);
    write("pics/train/b/3.jpg", 50, 40, 9);
    assertThatThrownBy(() -> load(0, Corrupt.SKIP))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train/b/3.jpg is 50×40, not 32×32")
        .hasMessageContaining("data.size: 224");
    write("pics/train/a/1.jpg", 50, 40, 9);
    assertThatThrownBy(() -> load(0, Corrupt.STOP))
        .hasMessageContaining("train/a/1.jpg is 50×40, no square");
    try (TrainTest data = load(20, Corrupt.STOP)) {
      assertThat(data.train().size()).isEqualTo(5);
    }
  }

  @Test
  void everyCorruptImageIsNamed() throws IOException {
    writeParts(32, 32);
    damage();
    assertThatThrownBy(() -> load(0, Corrupt.STOP))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "train/b/2.jpg ends after 300 bytes, before its end marker (truncated)",
                        "test/a/2.jpg is no JPEG, PNG, GIF or BMP"))
        .hasMessageContaining("data.corrupt: skip");
  }

  @Test
  void corruptImagesCanBeLeftOut() throws IOException {
    writeParts(32, 32);
    String whole;
    try (TrainTest data = load(0, Corrupt.STOP);
        ImageSet first = data.train().subset(new long[] {0, 1, 2})) {
      whole = first.checksum();
    }
    damage();
    try (TrainTest data = load(0, Corrupt.SKIP)) {
      assertThat(data.train().labelArray()).containsExactly(0, 0, 1);
      assertThat(data.train().checksum()).isEqualTo(whole);
      assertThat(data.test().labelArray()).containsExactly(0, 1);
      assertThat(data.notes())
          .anyMatch(note ->
              note.startsWith("data: left out 2 image files that cannot be read: train/b/2.jpg"));
    }
    Files.writeString(folder.resolve("pics/train/b/1.jpg"), "text");
    assertThatThrownBy(() -> load(0, Corrupt.SKIP))
        .hasMessageContaining("no readable image in train of: b");
  }

  /** Batches of a set on disk are those of a set in memory. */
  @Test
  void aStoredSetGivesWhatOneInMemoryGives() throws IOException {
    writeParts(32, 32);
    try (TrainTest data = load(0, Corrupt.STOP);
        ImageSet memory = data.train().gathered(LongStream.range(0, 4).toArray());
        ImageSet some = data.train().subset("some", new long[] {3, 1});
        ImageSet same = memory.subset("some", new long[] {3, 1});
        ImageSet picked = some.gathered(new long[] {1, 1, 0});
        ImageSet expected = same.gathered(new long[] {1, 1, 0})) {
      assertThat(data.train().checksum()).isEqualTo(memory.checksum());
      assertThat(some.checksum()).isEqualTo(same.checksum());
      assertThat(picked.checksum()).isEqualTo(expected.checksum());
      assertThat(picked.labelArray()).isEqualTo(expected.labelArray());
      assertThatThrownBy(data.train()::images).hasMessageContaining("is not in memory");
    }
  }

  @Test
  void whatIsWrongWithTheFoldersIsSaidAtOnce() throws IOException {
    writeParts(32, 32);
    write("pics/test/c/1.jpg", 32, 32, 1);
    write("pics/train/loose.jpg", 32, 32, 1);
    assertThatThrownBy(() -> load(0, Corrupt.STOP))
        .isInstanceOfSatisfying(
            DataException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "expected every image in the folder of its class, found without: train/loose.jpg",
                        "classes of test that train has not: c"))
        .hasMessageContaining("CLASS/*.jpg");
  }

  private TrainTest load(int size, Corrupt corrupt) {
    return source.load(
        folder,
        new ImageOptions(
            Channels.AS_IS,
            ImageOptions.STANDARD.labels(),
            new Decoding(size, Fit.CROP, corrupt),
            ImageOptions.STANDARD.withFolder("pics").tree()));
  }

  private void writeParts(int width, int height) throws IOException {
    for (String part : List.of("train", "test")) {
      for (String name : List.of("a", "b")) {
        write("pics/%s/%s/1.jpg".formatted(part, name), width, height, name.hashCode());
        if (part.equals("train")) {
          write("pics/train/%s/2.jpg".formatted(name), width, height, 7 + name.hashCode());
        }
      }
    }
  }

  /** One image of train/b, and a further one of test/a. */
  private void damage() throws IOException {
    Path file = folder.resolve("pics/train/b/2.jpg");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 300));
    Files.writeString(folder.resolve("pics/test/a/2.jpg"), "text");
  }

  private void write(String path, int width, int height, long seed) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, SamplePictures.jpeg(width, height, seed));
  }
}
