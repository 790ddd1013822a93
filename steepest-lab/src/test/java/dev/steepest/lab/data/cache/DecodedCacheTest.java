package dev.steepest.lab.data.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.decode.Rendition;
import dev.steepest.lab.data.decode.SamplePictures;
import dev.steepest.lab.data.files.ImageFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodedCacheTest {

  private static final Rendition SMALL = new Rendition(16, Fit.CROP, Channels.RGB);

  @TempDir Path folder;
  private Path root;
  private DecodedCache cache;

  @BeforeEach
  void writeImages() throws IOException {
    root = Files.createDirectories(folder.resolve("images"));
    cache = new DecodedCache(folder.resolve("cache"));
    for (int i = 0; i < 5; i++) {
      Files.write(root.resolve(i + ".jpg"), SamplePictures.jpeg(20 + i, 30, i));
    }
  }

  @Test
  void whatWasDecodedOnceIsMapped() throws IOException {
    byte[][] first = decoded(SMALL);
    Path file = onlyFile();
    FileTime made = Files.getLastModifiedTime(file);
    assertThat(decoded(SMALL)).isDeepEqualTo(first);
    assertThat(onlyFile()).isEqualTo(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(made);
    assertThat(first[0]).isNotEqualTo(first[1]);
  }

  @Test
  void anotherRenditionOrContentIsAnotherFile() throws IOException {
    decoded(SMALL);
    decoded(new Rendition(17, Fit.CROP, Channels.RGB));
    decoded(new Rendition(16, Fit.SQUASH, Channels.RGB));
    decoded(new Rendition(16, Fit.CROP, Channels.GREY));
    assertThat(files()).hasSize(4);
    Files.write(root.resolve("3.jpg"), SamplePictures.jpeg(25, 30, 99));
    decoded(SMALL);
    assertThat(files()).hasSize(5);
  }

  @Test
  void whatCannotBeDecodedIsNamedAndKeepsItsPlace() throws IOException {
    byte[][] before = decoded(SMALL);
    byte[] jpeg = Files.readAllBytes(root.resolve("1.jpg"));
    Files.write(root.resolve("1.jpg"), Arrays.copyOf(jpeg, 200));
    Files.writeString(root.resolve("3.jpg"), "text");
    try (ImageFiles files = ImageFiles.open(root)) {
      DecodedImages images = cache.images(files, files.paths(), SMALL);
      assertThat(images.size()).isEqualTo(5);
      assertThat(images.damages())
          .containsExactly(
              new DecodedImages.Damage(
                  1, "ends after 200 bytes, before its end marker (truncated)"),
              new DecodedImages.Damage(3, "is no JPEG, PNG, GIF or BMP"));
      assertThat(image(images, 4)).isEqualTo(before[4]);
    }
  }

  /** A file that could be read a moment ago: the machine is in trouble, not the image. */
  @Test
  void troubleInReadingIsNoDamageOfTheImage() throws IOException {
    decoded(SMALL);
    Path image = root.resolve("3.jpg");
    byte[] content = Files.readAllBytes(image);
    Rendition other = new Rendition(17, Fit.CROP, Channels.RGB);
    try (ImageFiles files = ImageFiles.open(root)) {
      Files.delete(image);
      Files.createDirectory(image); // which has a length and a time, but cannot be read
      remember("3.jpg", image);
      assertThatThrownBy(() -> cache.images(files, files.paths(), other))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("Cannot decode the images of " + root)
          .hasMessageContaining("3.jpg: ");
    }
    assertThat(files()).hasSize(1);
    Files.delete(image);
    Files.write(image, content);
    try (ImageFiles files = ImageFiles.open(root)) {
      assertThat(cache.images(files, files.paths(), other).damages()).isEmpty();
    }
  }

  /** As if the file had been read when it had this length and time. */
  private void remember(String name, Path file) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
    String known =
        "%d %d %s".formatted(facts.size(), facts.lastModifiedTime().to(TimeUnit.NANOSECONDS), name);
    try (Stream<Path> all = Files.list(cache.folder())) {
      Path memory = all.filter(f -> f.toString().endsWith(".files")).findFirst().orElseThrow();
      String text = Files.readString(memory);
      Files.writeString(memory, text.replaceAll("\\d+ \\d+ " + name, known));
    }
  }

  /** One that is gone, one that is far too large: both by name, and neither read whole. */
  @Test
  void filesThatCannotBeReadAreDamagesToo() throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(root.resolve("2.jpg").toFile(), "rw")) {
      access.setLength(3L << 30);
    }
    try (ImageFiles files = ImageFiles.open(root)) {
      Files.delete(root.resolve("1.jpg"));
      assertThat(cache.images(files, files.paths(), SMALL).damages())
          .extracting(DecodedImages.Damage::position, DecodedImages.Damage::why)
          .containsExactly(
              tuple(1, "cannot be read"),
              tuple(2, "has 3,221,225,472 bytes; more than 268,435,456 are not read"));
    }
    Files.write(root.resolve("1.jpg"), SamplePictures.jpeg(21, 30, 1));
    try (ImageFiles files = ImageFiles.open(root)) {
      assertThat(cache.images(files, files.paths(), SMALL).damages())
          .extracting(DecodedImages.Damage::position)
          .containsExactly(2);
    }
  }

  @Test
  void aDamagedImageIsFoundWhenItIsRead() throws IOException {
    byte[][] before = decoded(SMALL);
    Path file = onlyFile();
    flip(file, DecodedImages.HEADER + 2L * SMALL.bytes() + 5);
    try (ImageFiles files = ImageFiles.open(root)) {
      DecodedImages images = cache.images(files, files.paths(), SMALL);
      assertThat(image(images, 1)).isEqualTo(before[1]);
      assertThatThrownBy(() -> image(images, 2))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file + ": the checksum of image 2 is wrong")
          .hasMessageContaining("Delete this file");
    }
  }

  @Test
  void aFileThatIsNotWholeIsMadeAnew() throws IOException {
    byte[][] before = decoded(SMALL);
    Path file = onlyFile();
    long length = Files.size(file);
    for (long cut : new long[] {0, 10, 4096, 5000, length - 1}) {
      try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
        access.setLength(cut);
      }
      assertThat(decoded(SMALL)).isDeepEqualTo(before);
      assertThat(Files.size(file)).isEqualTo(length);
    }
    for (long at : new long[] {0, 9, 13, 20, 25, 30, length - 3}) {
      flip(file, at);
      assertThat(decoded(SMALL)).isDeepEqualTo(before);
    }
  }

  @Test
  void whatAnInterruptedDecodingLeftIsOverwritten() throws IOException {
    byte[][] before = decoded(SMALL);
    Path file = onlyFile();
    Files.move(file, file.resolveSibling(file.getFileName() + ".part"));
    assertThat(decoded(SMALL)).isDeepEqualTo(before);
    assertThat(files()).containsExactly(file);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    try (ImageFiles files = ImageFiles.open(root)) {
      assertThatThrownBy(() -> new DecodedCache(file).images(files, files.paths(), SMALL))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("Cannot decode the images of " + root)
          .hasMessageContaining("STEEPEST_CACHE");
    }
  }

  @Test
  void theFolderIsThePropertyElseTheVariableElseTheHome() {
    Path home = Path.of("/home/someone");
    Map<String, String> set = Map.of("STEEPEST_CACHE", "/from/variable");
    assertThat(CacheFolder.resolve(Optional.of("/from/property"), set, home))
        .isEqualTo(Path.of("/from/property"));
    assertThat(CacheFolder.resolve(Optional.empty(), set, home))
        .isEqualTo(Path.of("/from/variable"));
    assertThat(CacheFolder.resolve(Optional.empty(), Map.of(), home))
        .isEqualTo(Path.of("/home/someone/.steepest/cache"));
  }

  private byte[][] decoded(Rendition rendition) {
    try (ImageFiles files = ImageFiles.open(root)) {
      DecodedImages images = cache.images(files, files.paths(), rendition);
      byte[][] all = new byte[images.size()][];
      for (int i = 0; i < all.length; i++) {
        all[i] = new byte[rendition.bytes()];
        images.copy(i, MemorySegment.ofArray(all[i]), 0);
      }
      return all;
    }
  }

  private static byte[] image(DecodedImages images, int position) {
    byte[] image = new byte[SMALL.bytes()];
    images.copy(position, MemorySegment.ofArray(image), 0);
    return image;
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(at);
      int value = access.read();
      access.seek(at);
      access.write(value ^ 1);
    }
  }

  private Path onlyFile() throws IOException {
    assertThat(files()).hasSize(1);
    return files().getFirst();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(cache.folder())) {
      return all.filter(
              file -> file.toString().endsWith(".images") || file.toString().endsWith(".part"))
          .toList();
    }
  }
}
