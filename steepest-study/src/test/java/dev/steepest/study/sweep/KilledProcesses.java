package dev.steepest.study.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps some {@link SweepWorker} processes at work, kills them at any moment and starts others in
 * their place, until the sweep has come to its end.
 */
final class KilledProcesses {
  private static final int AT_ONCE = 4;

  /** Of a thousand transactions, those that kill their own process in their middle. */
  private static final int SELF_KILLS = 10;

  private static final int SELF_KILLED = 137;

  private final String address;
  private final int trials;
  private final Path folder;
  private final AtomicInteger killsLeft;
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger selfKills = new AtomicInteger();
  private final ConcurrentLinkedQueue<Integer> ended = new ConcurrentLinkedQueue<>();

  /**
   * @param kills how often a process is killed, at most
   * @param folder for what a killed process leaves behind
   */
  KilledProcesses(String address, int trials, int kills, Path folder) {
    this.address = address;
    this.trials = trials;
    this.killsLeft = new AtomicInteger(kills);
    this.folder = folder;
  }

  /** The trials whose ends a worker was told to have kept. */
  List<Integer> ended() {
    return List.copyOf(ended);
  }

  String counts() {
    return "%d processes at once, %d killed by SIGKILL, %d in the middle of a transaction"
        .formatted(AT_ONCE, kills.get(), selfKills.get());
  }

  void untilDone() throws Exception {
    try (ExecutorService places = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        all.add(this::fillPlace);
      }
      for (Future<Boolean> place : places.invokeAll(all)) {
        assertThat(place.get()).isTrue();
      }
    }
  }

  private boolean fillPlace() throws IOException, InterruptedException {
    while (true) {
      Path errors = Files.createTempFile(folder, "worker", ".err");
      Process process = start(errors);
      boolean killed = follow(process);
      int code = process.waitFor();
      if (code == 0) {
        return true;
      }
      if (!killed) {
        assertThat(code).as(Files.readString(errors)).isEqualTo(SELF_KILLED);
        selfKills.incrementAndGet();
      }
    }
  }

  private Process start(Path errors) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-Dorg.sqlite.tmpdir=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            SweepWorker.class.getName(),
            address,
            Integer.toString(trials),
            Integer.toString(SELF_KILLS))
        .redirectError(errors.toFile())
        .start();
  }

  /** Reads what the worker tells; kills it soon after some line. Whether it did. */
  private boolean follow(Process process) throws IOException, InterruptedException {
    int left = ThreadLocalRandom.current().nextInt(1, 40);
    boolean killed = false;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("ended ")) {
          ended.add(Integer.valueOf(line.substring("ended ".length())));
        }
        if (--left == 0 && killsLeft.getAndDecrement() > 0) {
          Thread.sleep(0, ThreadLocalRandom.current().nextInt(999_999));
          Thread.sleep(ThreadLocalRandom.current().nextInt(12));
          // By its handle: the process would close what is still to be read.
          assertThat(process.toHandle().destroyForcibly()).isTrue();
          kills.incrementAndGet();
          killed = true;
        }
      }
    }
    return killed;
  }
}
