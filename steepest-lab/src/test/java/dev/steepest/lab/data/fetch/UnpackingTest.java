package dev.steepest.lab.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.fetch.Archives.Entry;
import dev.steepest.lab.data.fetch.FileServer.Ranges;
import dev.steepest.lab.data.source.Packing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackingTest {

  private static final int LIMIT = 100_000;

  @TempDir Path root;

  @Test
  void unpacksTarAndZip() throws IOException {
    Entry[] entries = {Entry.file("set/a.bin", 1000), Entry.file("set/deep/b.bin", 2000)};
    for (Packing packing : new Packing[] {Packing.TAR_GZ, Packing.ZIP}) {
      byte[] archive = packing == Packing.ZIP ? Archives.zip(entries) : Archives.tarGz(entries);
      Path folder = root.resolve(packing.name());
      fetch(archive, packing, folder);
      assertThat(folder.resolve("set/a.bin")).hasSize(1000);
      assertThat(folder.resolve("set/deep/b.bin")).hasSize(2000);
      assertThat(names(folder)).containsExactlyInAnyOrder("set", ".fetch.lock");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.bin",
        "set/../../outside.bin",
        "/tmp/steepest-outside.bin",
        "set\\..\\..\\outside.bin",
        "C:\\outside.bin"
      })
  void refusesNamesThatLeaveTheFolder(String name) throws IOException {
    for (Packing packing : new Packing[] {Packing.TAR_GZ, Packing.ZIP}) {
      Entry[] entries = {Entry.file("set/a.bin", 10), Entry.file(name, 10)};
      byte[] archive = packing == Packing.ZIP ? Archives.zip(entries) : Archives.tarGz(entries);
      assertThat(refusal(archive, packing)).contains("leaves the target folder");
    }
    assertThat(root.resolve("outside.bin")).doesNotExist();
    assertThat(Path.of("/tmp/steepest-outside.bin")).doesNotExist();
  }

  @Test
  void refusesLinksAndDevices() throws IOException {
    assertThat(refusal(Archives.tarGz(Entry.symbolicLink("set/link", "/etc")), Packing.TAR_GZ))
        .contains("'set/link' is a link or device");
    assertThat(refusal(Archives.tarGz(Entry.hardLink("set/link", "../x")), Packing.TAR_GZ))
        .contains("'set/link' is a link or device");
    assertThat(refusal(Archives.tarGz(Entry.device("set/device")), Packing.TAR_GZ))
        .contains("'set/device' is a link or device");
  }

  @Test
  void refusesMoreBytesThanExpected() throws IOException {
    byte[] bomb = Archives.tarGz(Entry.file("set/a", LIMIT / 2), Entry.file("set/b", LIMIT));
    assertThat(refusal(bomb, Packing.TAR_GZ)).contains("more than the 100000 bytes expected");
    byte[] zip = Archives.zip(Entry.file("set/a", LIMIT + 1));
    assertThat(refusal(zip, Packing.ZIP)).contains("more than the 100000 bytes expected");
  }

  @Test
  void refusesAFileThatOccursTwice() throws IOException {
    byte[] archive = Archives.tarGz(Entry.file("set/a", 1), Entry.file("set/a", 2));
    assertThat(refusal(archive, Packing.TAR_GZ)).contains("FileAlreadyExistsException");
  }

  @Test
  void refusesWhatIsNotTheExpectedArchive() throws IOException {
    assertThat(refusal(Archives.tarGz(Entry.file("other/a", 1)), Packing.TAR_GZ))
        .contains("archive has no folder set");
    assertThat(refusal(new byte[] {1, 2, 3}, Packing.ZIP)).contains("empty or not of the expected");
    assertThat(refusal(new byte[] {1, 2, 3}, Packing.TAR_GZ)).contains("Exception");
  }

  /** Fetches an archive that must be refused, leaving nothing but the archive itself. */
  private String refusal(byte[] archive, Packing packing) throws IOException {
    Path folder = Files.createTempDirectory(root, "refused");
    DataException error =
        catchThrowableOfType(DataException.class, () -> fetch(archive, packing, folder));
    assertThat(names(folder)).containsExactlyInAnyOrder(".fetch.lock", "archive");
    return error.problems().getFirst();
  }

  private static void fetch(byte[] archive, Packing packing, Path folder) throws IOException {
    Patience patience = new Patience(1, Duration.ZERO, Duration.ofSeconds(5));
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      String address = server.serve("archive", archive);
      new Fetch(patience)
          .fetch(
              GivenFiles.of(GivenFiles.archive(address, "set", archive, packing, LIMIT)),
              folder,
              Progress.SILENT);
    }
  }

  private static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(path -> path.getFileName().toString()).toList().stream();
    }
  }
}
