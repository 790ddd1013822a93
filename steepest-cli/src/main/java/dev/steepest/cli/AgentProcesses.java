package dev.steepest.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Agents in processes of their own on this machine. */
final class AgentProcesses implements AutoCloseable {
  /** Assumed: a step and a checkpoint are made by then. */
  private static final Duration GRACE = Duration.ofMinutes(2);

  private final Console console;
  private final List<Process> processes = new ArrayList<>();
  private final Path logs;

  /** Whoever ends this process ends them: a signal may have reached it alone. */
  private final Thread hook = new Thread(this::end, "end of agents");

  private AgentProcesses(Console console, Path logs) {
    this.console = console;
    this.logs = logs;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts them.
   *
   * @param logs folder of what they say
   */
  static AgentProcesses start(Console console, int count, List<String> command, Path logs) {
    AgentProcesses started = new AgentProcesses(console, logs);
    try {
      for (int i = 1; i <= count; i++) {
        Files.createDirectories(logs);
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                    ProcessBuilder.Redirect.appendTo(logs.resolve("agent-" + i + ".log").toFile()))
                .start();
        process.getOutputStream().close(); // nothing is typed into it
        started.processes.add(process);
      }
    } catch (IOException e) {
      started.close();
      throw new UncheckedIOException("Cannot start an agent: " + e.getMessage(), e);
    }
    return started;
  }

  /** Waits until all have come to their end by themselves. */
  void await() {
    for (Process process : processes) {
      try {
        int code = process.waitFor();
        if (code != 0) {
          console.note("An agent ended with exit code %d; see %s.".formatted(code, logs));
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Asks those that are still at work to stop, and waits. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The JVM is going down already: the hook is at work, or done.
    }
  }

  private void end() {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException _) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
