package dev.steepest.lab.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesTest {

  private static final Map<String, String> CONTENT =
      new TreeMap<>(
          Map.of(
              "b/2.JPG",
              "two",
              "a/1.jpeg",
              "one",
              "a/sub/3.png",
              "three",
              "a/notes.txt",
              "no",
              "a/.hidden.jpg",
              "no",
              "__MACOSX/a/1.jpg",
              "no"));

  @TempDir Path folder;

  @Test
  void aFolderAndAnArchiveHoldTheSame() throws IOException {
    for (Map.Entry<String, String> file : CONTENT.entrySet()) {
      Path path = folder.resolve("tree").resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    for (Path root : List.of(folder.resolve("tree"), zip(CONTENT))) {
      try (ImageFiles files = ImageFiles.open(root)) {
        assertThat(files.paths()).containsExactly("a/1.jpeg", "a/sub/3.png", "b/2.JPG");
        assertThat(files.others()).isEqualTo(3);
        assertThat(files.read("a/sub/3.png")).asString().isEqualTo("three");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x.jpg", "a/../../x.jpg", "/etc/x.jpg", "C:/x.jpg", "a\\..\\x.jpg"})
  void anArchiveThatLeadsOutOfItselfIsRefused(String name) throws IOException {
    Path zip = zip(Map.of("a/1.jpg", "one", name, "two"));
    assertThatThrownBy(() -> ImageFiles.open(zip))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("entry '%s' leads out of the archive".formatted(name));
  }

  @Test
  void aBombIsRefusedBeforeItIsRead() throws IOException {
    Path zip = zip(new TreeMap<>(Map.of("a/0.bmp", "0", "a/1.bmp", "1")));
    state(zip, 272_629_760);
    DataException error = catchThrowableOfType(DataException.class, () -> ImageFiles.open(zip));
    assertThat(error.problems())
        .hasSize(2)
        .first()
        .asString()
        .endsWith(
            "entry 'a/0.bmp' unpacks to 272,629,760 bytes; more than 268,435,456 are not read");
  }

  @Test
  void manyHarmlessEntriesMayTogetherBeABomb() throws IOException {
    Map<String, String> entries = new TreeMap<>();
    for (int i = 0; i < 6; i++) {
      entries.put("a/%d.bmp".formatted(i), "0");
    }
    Path zip = zip(entries);
    state(zip, 200_000_000);
    assertThatThrownBy(() -> ImageFiles.open(zip)).hasMessageContaining("(a zip bomb?)");
  }

  /** What an entry states and what it holds are two things. */
  @Test
  void anEntryThatLiesIsRefusedWhenItIsRead() throws IOException {
    Path zip = zip(Map.of("a/1.jpg", "0123456789".repeat(50)));
    byte[] bytes = Files.readAllBytes(zip);
    int directory = find(bytes, 0x02014b50);
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    little.putInt(directory + 24, 20);
    Files.write(zip, bytes);
    try (ImageFiles files = ImageFiles.open(zip)) {
      assertThatThrownBy(() -> files.read("a/1.jpg")).isInstanceOf(IOException.class);
    }
    little.putInt(directory + 24, 500);
    little.putInt(directory + 16, 12345);
    Files.write(zip, bytes);
    try (ImageFiles files = ImageFiles.open(zip)) {
      assertThatThrownBy(() -> files.read("a/1.jpg"))
          .hasMessage("has a wrong checksum in the archive");
    }
  }

  @Test
  void whatIsNeitherIsNamed() throws IOException {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> ImageFiles.open(none))
        .hasMessageContaining(none + ": expected a folder or a zip archive, found no such file");
    Path text = Files.writeString(folder.resolve("x.zip"), "no archive");
    assertThatThrownBy(() -> ImageFiles.open(text))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(text + ": is no readable zip archive");
    Path loop = Files.createDirectories(folder.resolve("loop"));
    Files.createSymbolicLink(loop.resolve("again"), loop);
    assertThatThrownBy(() -> ImageFiles.open(loop))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("links that lead back");
  }

  @Test
  void fingerprintsFollowTheContent() throws IOException {
    Path root = Files.createDirectories(folder.resolve("tree"));
    Path file = Files.writeString(root.resolve("1.jpg"), "one");
    Files.writeString(root.resolve("2.jpg"), "one");
    Fingerprints memory = new Fingerprints(folder.resolve("cache"));
    List<String> paths = List.of("1.jpg", "2.jpg");
    List<String> first = memory.of(root, paths);
    assertThat(first.get(0))
        .isEqualTo(first.get(1))
        .isEqualTo(Fingerprints.sha256("one".getBytes(StandardCharsets.UTF_8)));
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    List<String> second = memory.of(root, paths);
    assertThat(second.get(0)).isNotEqualTo(first.get(0));
    assertThat(second.get(1)).isEqualTo(first.get(1));
  }

  /** That is what saves reading them. */
  @Test
  void aFileThatWasNotTouchedIsNotReadAgain() throws IOException {
    Path root = Files.createDirectories(folder.resolve("tree"));
    Path file = Files.writeString(root.resolve("1.jpg"), "one");
    FileTime time = Files.getLastModifiedTime(file);
    Fingerprints memory = new Fingerprints(folder.resolve("cache"));
    List<String> first = memory.of(root, List.of("1.jpg"));
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);
    assertThat(memory.of(root, List.of("1.jpg"))).isEqualTo(first);
    try (var files = Files.list(folder.resolve("cache"))) {
      Files.writeString(files.findFirst().orElseThrow(), "damaged\n");
    }
    assertThat(memory.of(root, List.of("1.jpg"))).isNotEqualTo(first);
  }

  @Test
  void aMemoryThatIsNoTextIsForgotten() throws IOException {
    Path root = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(root.resolve("1.jpg"), "one");
    Fingerprints memory = new Fingerprints(folder.resolve("cache"));
    List<String> first = memory.of(root, List.of("1.jpg"));
    try (var files = Files.list(folder.resolve("cache"))) {
      Files.write(files.findFirst().orElseThrow(), new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 10});
    }
    assertThat(memory.of(root, List.of("1.jpg"))).isEqualTo(first);
  }

  private Path zip(Map<String, String> content) throws IOException {
    Path zip = folder.resolve("images.zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> entry : new TreeMap<>(content).entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return zip;
  }

  /** Makes every entry state this length. */
  private static void state(Path zip, int length) throws IOException {
    byte[] bytes = Files.readAllBytes(zip);
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes.length - 4; i++) {
      if (little.getInt(i) == 0x02014b50) {
        little.putInt(i + 24, length);
      }
    }
    Files.write(zip, bytes);
  }

  private static int find(byte[] bytes, int signature) {
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < bytes.length - 4; i++) {
      if (little.getInt(i) == signature) {
        return i;
      }
    }
    throw new IllegalArgumentException("no such signature");
  }
}
