package dev.steepest.cli;

import dev.steepest.lab.bench.OptimizerBenchmark;
import dev.steepest.lab.bench.OptimizerCost;
import dev.steepest.lab.bench.PlainOptimizer;
import dev.steepest.lab.bench.Spread;
import dev.steepest.lab.bench.Workload;
import dev.steepest.lab.run.Machine;
import dev.steepest.lab.train.CpuSettings;
import dev.steepest.optim.Knobs;
import dev.steepest.optim.Preset;
import dev.steepest.tensor.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what optimizers cost. */
@Command(
    name = "optim",
    description = {
      "A step of every optimizer as a ratio to SGD's and to forward and backward of the network;",
      "fused against one parameter after the other; the library against a plain program."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class OptimizerBenchCommand implements Callable<Integer> {
  /** What is also measured against a plain program of the same algorithm. */
  private static final Map<String, PlainOptimizer.Kind> PLAIN =
      Map.of(
          "sgd", PlainOptimizer.Kind.SGD,
          "adamw", PlainOptimizer.Kind.ADAMW,
          "lion", PlainOptimizer.Kind.LION,
          "muon", PlainOptimizer.Kind.MUON);

  private final Console console;

  @Option(
      names = "--sets",
      split = ",",
      defaultValue = "small,large,resnet18,gpt,moe",
      paramLabel = "NAME",
      description = "Parameter sets.")
  private List<String> sets;

  @Option(
      names = "--optimizers",
      split = ",",
      paramLabel = "NAME",
      description = "Optimizers; all by default.")
  private List<String> optimizers;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Measured rounds.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "0.5",
      paramLabel = "S",
      description = "About how long each side of a round takes.")
  private double seconds;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "0: one per core.")
  private int threads;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Also write the figures here, as docs/data/optimizer-cost.csv has them.")
  private Path csv;

  OptimizerBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1 || !(seconds > 0)) {
      throw new UserError("--rounds is at least 1 and --seconds above 0.");
    }
    List<Workload> workloads = sets.stream().map(OptimizerBenchCommand::workload).toList();
    List<Preset> presets;
    try {
      presets = optimizers == null ? Preset.all() : optimizers.stream().map(Preset::named).toList();
    } catch (IllegalArgumentException unknown) {
      throw new UserError(unknown.getMessage());
    }
    Native.prepare();
    CpuSettings.apply(threads);
    console.say(
        "%s, %d threads, allocator: %s; medians of %d rounds in turn, least to most in brackets"
            .formatted(Machine.cpu(), torch.get_num_threads(), Machine.allocator(), rounds));
    List<String> lines = new ArrayList<>();
    lines.add(
        "# %s, %d threads, %s"
            .formatted(Machine.cpu(), torch.get_num_threads(), LocalDate.now(ZoneOffset.UTC)));
    lines.add(OptimizerMeasurements.COST);
    for (Workload workload : workloads) {
      measure(workload, presets, lines);
    }
    if (csv != null) {
      Files.write(csv, lines);
      console.say("figures: " + csv);
    }
    return 0;
  }

  private static Workload workload(String name) {
    List<Workload> all = Workload.all();
    return all.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "No parameter set '%s'; there are %s."
                    .formatted(
                        name, all.stream().map(Workload::name).collect(Collectors.joining(", ")))));
  }

  private void measure(Workload workload, List<Preset> presets, List<String> lines) {
    try (Workload.Opened opened = workload.open().get()) {
      opened.pass().run(); // the first pass prepares kernels
      double[] passes = new double[2];
      for (int i = 0; i < passes.length; i++) {
        long start = System.nanoTime();
        opened.pass().run();
        passes[i] = (System.nanoTime() - start) / 1e9;
      }
      double pass = Spread.of(passes).median();
      say("");
      say("%s: %s: %.4g ms", workload.name(), workload.about(), pass * 1e3);
      say(
          "  %-20s %12s %22s %22s %10s %8s",
          "optimizer", "step ms", "step / SGD's", "one by one / step", "/ pass", "B/elem");
      OptimizerBenchmark benchmark = new OptimizerBenchmark(opened.parameters(), rounds, seconds);
      for (Preset preset : presets) {
        if (opened.suits(preset)) {
          OptimizerCost cost = benchmark.cost(preset, pass);
          show(cost);
          lines.add(line(cost, preset, workload));
        }
      }
      for (Preset preset : presets) {
        PlainOptimizer.Kind kind = PLAIN.get(preset.name());
        if (kind != null && opened.suits(preset)) {
          say(
              "  a plain program's %s takes %s times as long",
              preset.name(), text(benchmark.againstPlain(kind, preset)));
        }
      }
    }
  }

  private void show(OptimizerCost cost) {
    say(
        "  %-20s %12.4g %22s %22s %9.2f%% %8.2f",
        cost.optimizer(),
        cost.seconds().median() * 1e3,
        text(cost.toSgd()),
        text(cost.onePath()),
        cost.toPass() * 100,
        cost.stateBytesPerElement());
  }

  private static String line(OptimizerCost cost, Preset preset, Workload workload) {
    return String.format(
        Locale.ROOT,
        "%s,%s,%.3g,%.3g,%.2g-%.2g,%.3g",
        Knobs.name(preset.main().rule()),
        workload.name(),
        cost.toSgd().median(),
        cost.toPass(),
        cost.toSgd().least(),
        cost.toSgd().most(),
        cost.onePath().median());
  }

  private static String text(Spread ratio) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f-%.2f)", ratio.median(), ratio.least(), ratio.most());
  }

  private void say(String format, Object... arguments) {
    console.say(String.format(Locale.ROOT, format, arguments));
  }
}
