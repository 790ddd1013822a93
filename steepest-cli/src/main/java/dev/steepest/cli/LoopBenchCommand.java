package dev.steepest.cli;

import dev.steepest.lab.bench.LoopBenchmark;
import dev.steepest.lab.bench.LoopBenchmarkResult;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.run.Machine;
import dev.steepest.lab.train.LoopSpeed;
import dev.steepest.lab.train.LoopSpeed.Setup;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures what the loop costs on top of the mathematics, whether memory stays flat, and how long a
 * start takes.
 */
@Command(
    name = "loop",
    description = {
      "The training loop against a bare forward, backward and step over resident tensors,",
      "alternately in one run; memory over 1,000 steps; seconds from start to first step."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class LoopBenchCommand implements Callable<Integer> {
  /** Small steps for the memory check: 5 rounds of 100 steps on either side make 1,000. */
  private static final Setup MEMORY = Setup.cifar(64, 100);

  private static final int MEMORY_ROUNDS = 5;

  private static final int STARTS = 3;

  private final Console console;

  @Mixin private BenchOptions options;

  @Option(
      names = "--model",
      defaultValue = "resnet18",
      paramLabel = "NAME",
      description = "Network.")
  private String model;

  @Option(names = "--optimizer", defaultValue = "adamw", paramLabel = "NAME", description = "Rule.")
  private String optimizer;

  @Option(
      names = "--batch",
      defaultValue = "1024",
      paramLabel = "N",
      description = "Images per step.")
  private int batch;

  @Option(names = "--steps", defaultValue = "2", paramLabel = "N", description = "Steps per round.")
  private int steps;

  LoopBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    BenchOptions.atLeastOne("--batch", batch);
    BenchOptions.atLeastOne("--steps", steps);
    options.check();
    int most = Setup.mostSteps(Images.CIFAR10, batch);
    if (steps > most) {
      throw new UserError(
          "--steps %d is above %d, the most whose images fit one array at --batch %d."
              .formatted(steps, most, batch));
    }
    try {
      options.prepare();
      Setup setup = Setup.cifar(batch, steps);
      console.say(
          "%s, batch %d, bf16 channels-last, %s, %d rounds of %d steps; %s, %s threads, allocator: %s"
              .formatted(
                  model,
                  batch,
                  optimizer,
                  options.rounds(),
                  steps,
                  Machine.cpu(),
                  options.threads(),
                  Machine.allocator()));
      LoopBenchmarkResult result = measure(model, setup, options.rounds(), this::show);
      say(
          "loop / bare: median %.4f, spread %.4f (target 0.97 or more)",
          result.ratio().median(), result.ratio().width());
      LoopBenchmarkResult memory = measure("small-cnn", MEMORY, MEMORY_ROUNDS, _ -> {});
      memory
          .growth()
          .ifPresent(bytes ->
              say(
                  "memory: %+.1f MB resident over 800 steps of small-cnn after the first 200",
                  bytes / 1e6));
    } catch (IllegalArgumentException e) {
      throw new UserError(e.getMessage());
    }
    List<Double> starts = new ArrayList<>();
    for (int i = 0; i < STARTS; i++) {
      starts.add(start());
    }
    starts.sort(Double::compare);
    say(
        "start to first step: median %.2f s of %d, from %.2f to %.2f (target 3 or less, warm)",
        starts.get(STARTS / 2), STARTS, starts.getFirst(), starts.getLast());
    return 0;
  }

  private void show(LoopBenchmarkResult.Round round) {
    say(
        "  bare %8.1f images/s   loop %8.1f images/s   ratio %.4f",
        round.bare(), round.full(), round.ratio());
  }

  private void say(String format, Object... arguments) {
    console.say(String.format(Locale.ROOT, format, arguments));
  }

  private LoopBenchmarkResult measure(
      String network, Setup setup, int measured, Consumer<LoopBenchmarkResult.Round> each) {
    try (Network net = Networks.named(network).create(setup.images(), Map.of(), 1);
        Optimizer rule = Preset.named(optimizer).on(net.parameters(), Map.of("lr", 1e-4), 1);
        LoopSpeed speed = new LoopSpeed(net, rule, setup, options.place())) {
      return LoopBenchmark.run(speed, measured, each);
    }
  }

  /** Starts this program anew, as it was started, up to its first step. */
  private static double start() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("bench", "startup"));
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (process.waitFor() != 0 || !StartUpCommand.SIGNAL.equals(line)) {
        throw new IllegalStateException("the start that was to be measured failed");
      }
      return seconds;
    }
  }
}
