package dev.steepest.lab.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, one of which is lost in various ways; silence is noticed after 3 s. */
class LostPeerTest {
  /** What is promised: a lost process ends the job within half a minute. */
  private static final long PROMISED = 30;

  /**
   * What the processes say: in files, as the JDK may lose the last words of a process in a pipe.
   */
  @TempDir private Path said;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aKilledProcessIsNamed(int victim) throws Exception {
    start("", "");
    awaitWork();
    processes.get(victim).destroyForcibly();
    assertThat(lastWords(1 - victim))
        .startsWith("rank " + victim + " (process " + processes.get(victim).pid() + " on ")
        .contains("is gone without a word: it was killed or it crashed")
        .contains(
            "started again, with any number of processes, it goes on from its last checkpoint");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aProcessThatAnswersNoMoreIsNamed(int victim) throws Exception {
    start("", "");
    awaitWork();
    signal("STOP", processes.get(victim));
    assertThat(lastWords(1 - victim))
        .startsWith("rank " + victim + " (process " + processes.get(victim).pid() + " on ")
        .containsPattern("has not answered for \\d+ s");
  }

  @Test
  void aProcessWhoseThreadHangsIsNamedByAll() throws Exception {
    start("", "", "hang");
    awaitWork();
    for (int rank = 0; rank < 3; rank++) {
      assertThat(lastWords(rank))
          .startsWith("rank 2 (process " + processes.get(2).pid() + " on ")
          .containsPattern("has stood still for \\d+ s: its thread hangs");
    }
  }

  @Test
  void aProcessThatWaitsForItsDiskIsNotLost() throws Exception {
    start("", "rest");
    awaitWork();
    awaitLines(1, List.of(Peer.WORKS, Peer.RESTED));
    assertThat(processes).allMatch(Process::isAlive);
  }

  @Test
  void aProcessThatFailsSaysWhyToAll() throws Exception {
    start("", "fail", "");
    awaitWork();
    for (int rank : new int[] {0, 2}) {
      assertThat(lastWords(rank))
          .startsWith("rank 1 (process " + processes.get(1).pid() + " on ")
          .contains("failed: the disk is full");
    }
  }

  private void start(String... misfortunes) throws IOException {
    int port = Members.freePort();
    for (int rank = 0; rank < misfortunes.length; rank++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              Peer.class.getName(),
              misfortunes[rank]);
      builder
          .environment()
          .putAll(
              Map.of(
                  "RANK", "" + rank,
                  "WORLD_SIZE", "" + misfortunes.length,
                  "LOCAL_RANK", "" + rank,
                  "MASTER_ADDR", "127.0.0.1",
                  "MASTER_PORT", "" + port,
                  "OMP_NUM_THREADS", "1"));
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.redirectOutput(output(rank).toFile());
      processes.add(builder.start());
    }
  }

  private void awaitWork() throws IOException {
    for (int rank = 0; rank < processes.size(); rank++) {
      awaitLines(rank, List.of(Peer.WORKS));
    }
  }

  private void awaitLines(int rank, List<String> lines) throws IOException {
    while (!Files.readAllLines(output(rank)).equals(lines)) {
      assertThat(processes.get(rank).isAlive()).as("rank %d lives", rank).isTrue();
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  private Path output(int rank) {
    return said.resolve("rank" + rank + ".txt");
  }

  private String lastWords(int rank) throws Exception {
    Process process = processes.get(rank);
    assertThat(process.waitFor(PROMISED, TimeUnit.SECONDS)).as("rank %d ends", rank).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    return Files.readString(output(rank)).substring(Peer.WORKS.length()).strip();
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }
}
