package dev.steepest.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts several processes of this program that train one network together. */
@Command(
    name = "launch",
    description = {
      "Run a command in several processes that train one network together (data-parallel).",
      "Every process takes its part of each batch; the first one keeps the records and talks.",
      "On several machines start the command itself by torchrun or srun: it reads their variables."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  steepest launch --nproc 2 --pin -- run gpt-speedrun-small",
      "  steepest launch --nproc 8 -- run experiments/gpt-speedrun.yaml --out /data/runs",
      "",
      "Environment: STEEPEST_JOIN_SECONDS (120), how long processes wait for each other at the start;",
      "STEEPEST_SILENCE_SECONDS (20), after which one that does not answer is lost."
    })
final class LaunchCommand implements Callable<Integer> {
  /** How the pinning of processes to cores is asked for. */
  enum Pinning {
    FREE,
    PINNED
  }

  /** Commands whose processes work together. */
  private static final List<String> LAUNCHABLE = List.of("run", "train", "bench distributed");

  private final Console console;

  @Option(
      names = "--nproc",
      required = true,
      paramLabel = "N",
      description = "Number of processes; the cores are shared out among them.")
  private int processes;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Where they meet, 1024 to 65535 (default: any free port).")
  private Optional<Integer> port = Optional.empty();

  @Option(names = "--pin", description = "Keep each process on cores of its own (by taskset).")
  private boolean pin;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "A command of steepest with its arguments, after '--'.")
  private List<String> command = List.of();

  LaunchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Cores cores = Cores.here();
    if (processes < 1 || processes > cores.count()) {
      throw new UserError(
          "--nproc %d is out of range; this machine has %d cores for us, allowed: 1 to %d."
              .formatted(processes, cores.count(), cores.count()));
    }
    requireLaunchable();
    Pinning pinning = pin ? Pinning.PINNED : Pinning.FREE;
    ProcessTeam team = new ProcessTeam(console, cores.share(processes), pinning, meetingPort());
    return team.run(command);
  }

  private void requireLaunchable() {
    String verb = command.getFirst();
    String name = String.join(" ", command.subList(0, Math.min(2, command.size())));
    if (!LAUNCHABLE.contains(verb) && !LAUNCHABLE.contains(name)) {
      throw new UserError(
          "%s cannot be launched: its processes would not work together. Allowed: %s. E.g. steepest launch --nproc 2 -- run quickstart"
              .formatted(verb.equals("bench") ? name : verb, String.join(", ", LAUNCHABLE)));
    }
  }

  private int meetingPort() throws IOException {
    if (port.isEmpty()) {
      try (ServerSocket any = new ServerSocket(0)) {
        return any.getLocalPort();
      }
    }
    int wanted = port.get();
    if (wanted < 1024 || wanted > 65_535) {
      throw new UserError("--port %d is out of range; allowed: 1024 to 65535.".formatted(wanted));
    }
    try (ServerSocket probe = new ServerSocket(wanted)) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UserError(
          "--port %d cannot be used (%s); choose another, or leave it out for any free one."
              .formatted(wanted, e.getMessage()));
    }
  }
}
