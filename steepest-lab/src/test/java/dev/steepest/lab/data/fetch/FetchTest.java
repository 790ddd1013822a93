package dev.steepest.lab.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.data.fetch.FileServer.Ranges;
import dev.steepest.lab.data.source.Digest;
import dev.steepest.lab.data.source.RemoteFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchTest {

  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(5).nextBytes(CONTENT);
  }

  @TempDir Path folder;

  private final Fetch fetch =
      new Fetch(new Patience(3, Duration.ofMillis(1), Duration.ofMillis(500)));

  @Test
  void bringsAFileAndReportsItsProgress() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      RemoteFile file = GivenFiles.plain(server.serve("a", CONTENT), "sub/a.bin", CONTENT);
      List<Long> seen = new ArrayList<>();
      assertThat(
              fetch.fetch(
                  GivenFiles.of(file),
                  folder,
                  (_, bytes, total) -> {
                    assertThat(total).isEqualTo(CONTENT.length);
                    seen.add(bytes);
                  }))
          .containsExactly(file);
      assertThat(folder.resolve("sub/a.bin")).hasBinaryContent(CONTENT);
      assertThat(folder.resolve("sub/a.bin.part")).doesNotExist();
      assertThat(seen).isSorted().endsWith((long) CONTENT.length);
    }
  }

  @Test
  void asksForNothingThatIsThere() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      GivenFiles source =
          GivenFiles.of(GivenFiles.plain(server.serve("a", CONTENT), "a.bin", CONTENT));
      fetch.fetch(source, folder, Progress.SILENT);
      assertThat(fetch.fetch(source, folder, Progress.SILENT)).isEmpty();
      assertThat(server.requests).containsExactly("-");
    }
  }

  private static long offset(String range) {
    assertThat(range).matches("bytes=\\d+-");
    return Long.parseLong(range.substring("bytes=".length(), range.length() - 1));
  }

  @Test
  void goesOnWhereTheTransferBrokeOff() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      server.breakOffAfter(100_000, 50_000);
      fetchContent(server);
      assertThat(server.requests).hasSize(3).first().isEqualTo("-");
      // A connection that breaks may swallow the last bytes that were sent.
      assertThat(offset(server.requests.get(1))).isBetween(1L, 100_000L);
      assertThat(offset(server.requests.get(2)))
          .isBetween(offset(server.requests.get(1)), 150_000L);
      assertThat(folder.resolve("a.bin")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void goesOnWithThePartOfAnEarlierProcess() throws IOException {
    Files.write(folder.resolve("a.bin.part"), Arrays.copyOf(CONTENT, 120_000));
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      fetchContent(server);
      assertThat(server.requests).containsExactly("bytes=120000-");
      assertThat(folder.resolve("a.bin")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void beginsAgainWhereTheServerSendsWholeFilesOnly() throws IOException {
    Files.write(folder.resolve("a.bin.part"), new byte[120_000]);
    try (FileServer server = new FileServer(Ranges.IGNORED)) {
      server.breakOffAfter(200_000);
      fetchContent(server);
      assertThat(server.requests).hasSize(2).first().isEqualTo("bytes=120000-");
      assertThat(offset(server.requests.get(1))).isBetween(1L, 200_000L);
      assertThat(folder.resolve("a.bin")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void beginsAgainWhereTheEarlierPartWasOfAnotherFile() throws IOException {
    Files.write(folder.resolve("a.bin.part"), new byte[120_000]);
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      fetchContent(server);
      assertThat(server.requests).containsExactly("bytes=120000-", "-");
      assertThat(folder.resolve("a.bin")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void keepsThePartWhenItGivesUp() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      server.breakOffAfter(100_000, 0, 0, 0);
      DataException error = catchThrowableOfType(DataException.class, () -> fetchContent(server));
      assertThat(error)
          .hasMessageContaining("transfer broke off at 100000 of 300000 bytes, 3 attempts")
          .hasMessageContaining("Give the same command again");
      assertThat(folder.resolve("a.bin")).doesNotExist();
      assertThat(folder.resolve("a.bin.part")).hasSize(100_000);
    }
  }

  @Test
  void keepsAFileWithAWrongDigestOut() throws IOException {
    byte[] forged = CONTENT.clone();
    forged[200_000]++;
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      RemoteFile file = GivenFiles.plain(server.serve("a", forged), "a.bin", CONTENT);
      DataException error = failure(file);
      assertThat(error)
          .hasMessageContaining("not the official file and was thrown away")
          .hasMessageContaining("expected " + GivenFiles.digest(CONTENT))
          .hasMessageContaining("found " + GivenFiles.digest(forged));
      assertThat(folder.resolve("a.bin")).doesNotExist();
      assertThat(folder.resolve("a.bin.part")).doesNotExist();
    }
  }

  @Test
  void leavesAForeignFileAloneAndSaysSo() throws IOException {
    Files.writeString(folder.resolve("a.bin"), "mine");
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      DataException error = failure(GivenFiles.plain(server.serve("a", CONTENT), "a.bin", CONTENT));
      assertThat(error).hasMessageContaining("is there but is not the official file");
      assertThat(folder.resolve("a.bin")).hasContent("mine");
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void listsEveryFileThatFailedAndBringsTheOthers() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      String good = server.serve("good", CONTENT);
      String longer = server.serve("longer", new byte[CONTENT.length + 1]);
      DataException error =
          failure(
              GivenFiles.plain(good + "-missing", "missing.bin", CONTENT),
              GivenFiles.plain(good, "good.bin", CONTENT),
              GivenFiles.plain(longer, "longer.bin", CONTENT));
      assertThat(error.problems()).hasSize(2);
      assertThat(error.problems().getFirst()).contains("good-missing", "HTTP 404");
      assertThat(error.problems().getLast()).contains("offers 300001 bytes where 300000");
      assertThat(folder.resolve("good.bin")).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void endsATransferThatFallsSilent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:%d/a".formatted(silent.getLocalPort());
      assertThat(failure(GivenFiles.plain(address, "a.bin", CONTENT)))
          .hasMessageContaining("transfer broke off at 0 of 300000 bytes");
    }
  }

  @Test
  void endsATransferThatFallsSilentHalfway() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch over = new CountDownLatch(1);
      Future<?> _ =
          threads.submit(() -> {
            try (Socket connection = socket.accept()) {
              String head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n0123456789";
              connection
                  .getOutputStream()
                  .write(head.formatted(CONTENT.length).getBytes(StandardCharsets.US_ASCII));
              over.await();
            }
            return null;
          });
      String address = "http://127.0.0.1:%d/a".formatted(socket.getLocalPort());
      DataException error = failure(GivenFiles.plain(address, "a.bin", CONTENT));
      over.countDown();
      assertThat(error).hasMessageContaining("transfer broke off at 10 of 300000 bytes");
    }
  }

  @Test
  void reportsAFolderThatCannotBeUsed() throws IOException {
    Path occupied = Files.writeString(folder.resolve("occupied"), "a file");
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      String address = server.serve("a", CONTENT);
      DataException whole =
          catchThrowableOfType(
              DataException.class,
              () ->
                  fetch.fetch(
                      GivenFiles.of(GivenFiles.plain(address, "a.bin", CONTENT)),
                      occupied,
                      Progress.SILENT));
      assertThat(whole).hasMessageContaining(occupied + ": cannot be used as data folder");
      assertThat(failure(GivenFiles.plain(address, "occupied/a.bin", CONTENT)))
          .hasMessageContaining("FileAlreadyExistsException: " + occupied);
    }
  }

  @Test
  void reportsAFullDiskOnceAndWithoutFurtherAttempts() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    Files.createSymbolicLink(folder.resolve("a.bin.part"), full);
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      DataException error = failure(GivenFiles.plain(server.serve("a", CONTENT), "a.bin", CONTENT));
      assertThat(error).hasMessageContaining("cannot write " + folder.resolve("a.bin.part"));
      assertThat(server.requests).containsExactly("-");
    } finally {
      Files.delete(folder.resolve("a.bin.part"));
    }
  }

  @Test
  void reportsTooLittleSpaceBeforeItBegins() throws IOException {
    try (FileServer server = new FileServer(Ranges.SUPPORTED)) {
      String address = server.serve("a", CONTENT);
      Digest digest = GivenFiles.digest(CONTENT);
      DataException error = failure(RemoteFile.plain(address, "a.bin", Long.MAX_VALUE / 2, digest));
      assertThat(error).hasMessageContaining("MB free").hasMessageContaining("MB are needed");
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void fetchesOfOneFolderTakeTurns() throws Exception {
    try (FileServer server = new FileServer(Ranges.SUPPORTED);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      GivenFiles source =
          GivenFiles.of(GivenFiles.plain(server.serve("a", CONTENT), "a.bin", CONTENT));
      Callable<List<RemoteFile>> task = () -> fetch.fetch(source, folder, Progress.SILENT);
      int fetched = 0;
      for (Future<List<RemoteFile>> result : threads.invokeAll(List.of(task, task, task))) {
        fetched += result.get().size();
      }
      assertThat(fetched).isEqualTo(1);
      assertThat(server.requests).containsExactly("-");
    }
  }

  private void fetchContent(FileServer server) {
    RemoteFile file = GivenFiles.plain(server.serve("a", CONTENT), "a.bin", CONTENT);
    fetch.fetch(GivenFiles.of(file), folder, Progress.SILENT);
  }

  private DataException failure(RemoteFile... files) {
    return catchThrowableOfType(
        DataException.class, () -> fetch.fetch(GivenFiles.of(files), folder, Progress.SILENT));
  }
}
