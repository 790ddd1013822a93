package dev.steepest.cli;

import dev.steepest.cli.LaunchCommand.Pinning;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Processes of this program on this machine, told of each other by torchrun's variables.
 *
 * <p>The first one talks as if it were alone; what others say bears their rank. When one dies the
 * others, who notice it themselves and say so, are ended.
 */
final class ProcessTeam {
  /** Assumed: the others have said what they saw by then. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  /** Assumed: a step and a checkpoint are made by then. */
  private static final Duration GRACE = Duration.ofMinutes(2);

  private static final int SIGNALLED = 128; // exit codes above it name a signal

  private final Console console;
  private final List<Cores> cores;
  private final Pinning pinning;
  private final int port;
  private final List<Process> processes = new ArrayList<>();
  private final List<Thread> readers = new ArrayList<>();
  private volatile boolean asked; // to stop, by a signal

  /**
   * @param cores of each process
   * @param port where they meet, free
   */
  ProcessTeam(Console console, List<Cores> cores, Pinning pinning, int port) {
    this.console = console;
    this.cores = cores;
    this.pinning = pinning;
    this.port = port;
  }

  /** Runs a command line in all of them; the exit code of the first that failed, or 0. */
  int run(List<String> command) {
    Thread hook =
        new Thread(
            () -> {
              asked = true;
              stop();
              hear();
            },
            "stop the processes");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      for (int rank = 0; rank < cores.size(); rank++) {
        start(rank, command);
      }
      return await();
    } catch (IOException e) {
      throw new UncheckedIOException("A process cannot be started: " + e.getMessage(), e);
    } finally {
      stop();
      forget(hook);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // It runs already.
    }
  }

  private void start(int rank, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(line(rank, command));
    Map<String, String> environment = builder.environment();
    environment.put("RANK", Integer.toString(rank));
    environment.put("LOCAL_RANK", Integer.toString(rank));
    environment.put("WORLD_SIZE", Integer.toString(cores.size()));
    environment.put("LOCAL_WORLD_SIZE", Integer.toString(cores.size()));
    environment.put("MASTER_ADDR", "127.0.0.1");
    environment.put("MASTER_PORT", Integer.toString(port));
    // Threads that wait for each other must not share cores with those of another process.
    environment.putIfAbsent("OMP_NUM_THREADS", Integer.toString(cores.get(rank).count()));
    boolean talks = rank == 0 && console.terminal();
    if (talks) {
      builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
    }
    Process process = builder.start();
    process.getOutputStream().close(); // nothing is typed into them
    processes.add(process);
    if (!talks) {
      relay(process.getInputStream(), rank, console::say);
      relay(process.getErrorStream(), rank, console::note);
    }
  }

  /** This program, as this process was started. */
  private List<String> line(int rank, List<String> command) {
    List<String> line = new ArrayList<>();
    if (pinning == Pinning.PINNED) {
      line.addAll(List.of("taskset", "-c", cores.get(rank).text()));
    }
    line.addAll(ThisProgram.command());
    line.addAll(command);
    return line;
  }

  private void relay(java.io.InputStream from, int rank, Consumer<String> to) {
    String prefix = rank == 0 ? "" : "[rank " + rank + "] ";
    readers.add(
        Thread.ofPlatform()
            .daemon()
            .name("output of rank " + rank)
            .start(() -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                lines.lines().forEach(line -> to.accept(prefix + line));
              } catch (IOException | UncheckedIOException _) {
                // The process is gone.
              }
            }));
  }

  /** Waits for all, or for one that fails and the last words of the others. */
  private int await() {
    List<CompletableFuture<Process>> open =
        new ArrayList<>(processes.stream().map(Process::onExit).toList());
    while (!open.isEmpty()) {
      CompletableFuture.anyOf(open.toArray(CompletableFuture[]::new)).join();
      open.removeIf(CompletableFuture::isDone);
      int failed = firstFailed();
      if (failed >= 0) {
        boolean killed = processes.get(failed).exitValue() > SIGNALLED;
        awaitAll(LAST_WORDS);
        hear();
        // A mistake is everybody's, and rank 0 has told it; who is killed is told of here.
        return failure(killed ? failed : firstFailed());
      }
    }
    hear();
    return 0;
  }

  private int firstFailed() {
    for (int rank = 0; rank < processes.size(); rank++) {
      if (!processes.get(rank).isAlive() && processes.get(rank).exitValue() != 0) {
        return rank;
      }
    }
    return -1;
  }

  /** A mistake or a stop that rank 0 has spoken of needs no further word. */
  private int failure(int rank) {
    int code = processes.get(rank).exitValue();
    if (asked) {
      return 1;
    }
    if (code > SIGNALLED) {
      console.note(
          "rank %d (process %d) was ended by signal %d. The same command goes on from the last checkpoint."
              .formatted(rank, processes.get(rank).pid(), code - SIGNALLED));
      return 1;
    }
    if (rank != 0) {
      console.note(
          "rank %d (process %d) ended with code %d."
              .formatted(rank, processes.get(rank).pid(), code));
    }
    return code;
  }

  private void hear() {
    for (Thread reader : readers) {
      try {
        reader.join(Duration.ofSeconds(1));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Asks those that are still there to stop after their step; ends them if they do not. */
  private synchronized void stop() {
    // By its handle: a process's own destroy() closes what it still has to say.
    processes.forEach(process -> process.toHandle().destroy());
    awaitAll(GRACE);
    processes.forEach(Process::destroyForcibly);
  }

  private void awaitAll(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    for (Process process : processes) {
      try {
        process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
