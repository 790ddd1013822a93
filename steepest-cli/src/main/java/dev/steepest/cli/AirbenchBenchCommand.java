package dev.steepest.cli;

import dev.steepest.lab.bench.AirbenchBenchmark;
import dev.steepest.lab.bench.AirbenchRecipe;
import dev.steepest.lab.bench.AirbenchResult;
import dev.steepest.lab.bench.ConvolutionFloor;
import dev.steepest.lab.bench.ConvolutionShape;
import dev.steepest.lab.bench.ConvolutionShape.WhiteningBias;
import dev.steepest.lab.bench.Peer;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.run.Machine;
import dev.steepest.lab.train.LoopSpeed;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how near airbench94 comes to what this machine can do. */
@Command(
    name = "airbench",
    description = {
      "Images per second of airbench94's training loop, of its bare step over a resident batch, and",
      "of its convolutions alone, in turn within each round; with --peer also of another program.",
      "Times are ratios within one run: other programs on the machine spoil them."
    },
    footer = {
      "",
      "A peer is started anew in every round by 'sh -c' and prints 'images/s: 123.4' (or that number",
      "as the last of its last line). It finds STEEPEST_BATCH, STEEPEST_STEPS, STEEPEST_PRECISION,",
      "STEEPEST_THREADS and STEEPEST_DEVICE in its environment.",
      "",
      "Example:",
      "  steepest bench airbench --batch 512 --peer 'python3 docs/peers/airbench_step.py'"
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class AirbenchBenchCommand implements Callable<Integer> {
  private static final int LARGEST_BATCH = 65_536; // beyond, the pixels of 10 steps are no array

  private final Console console;

  @Mixin private BenchOptions options;

  @Option(
      names = "--model",
      defaultValue = "airbench94",
      paramLabel = "NAME",
      description = "Network; one that is built like airbench94.")
  private String model;

  @Option(
      names = "--batch",
      defaultValue = "1024",
      paramLabel = "N",
      description = "Images per step, 1 to 65536; published: 1024 (legacy) and 2000 (muon).")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "2",
      paramLabel = "N",
      description = "Steps of each side in a round.")
  private int steps;

  @Option(
      names = "--precision",
      defaultValue = "bf16",
      paramLabel = "P",
      description = "Of all sides: ${COMPLETION-CANDIDATES}.")
  private Precision precision;

  @Option(
      names = "--recipe",
      defaultValue = "muon",
      paramLabel = "R",
      description = "Whose optimizer: ${COMPLETION-CANDIDATES}.")
  private AirbenchRecipe recipe;

  @Option(
      names = "--frozen",
      description = {
        "Without training the whitening bias, as in a run's later epochs: the gradient then ends",
        "before it, and the convolutions alone have one pass less."
      })
  private boolean frozen;

  @Option(names = "--peer", paramLabel = "CMD", description = "Another program to compare with.")
  private String peer;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Also write every round's figures here, as .csv or .json.")
  private Path out;

  AirbenchBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    check();
    AirbenchFile file = out == null ? null : AirbenchFile.at(out);
    try {
      options.prepare();
      measure(file);
    } catch (IllegalArgumentException | Peer.PeerException e) {
      throw new UserError(e);
    }
    return 0;
  }

  private void check() {
    BenchOptions.atLeastOne("--batch", batch);
    BenchOptions.atLeastOne("--steps", steps);
    options.check();
    BenchOptions.peer(peer);
    if (batch > LARGEST_BATCH) {
      throw new UserError("--batch %d is above %d.".formatted(batch, LARGEST_BATCH));
    }
    int most = LoopSpeed.Setup.mostSteps(Images.CIFAR10, batch);
    if (steps > most) {
      throw new UserError(
          "--steps %d is above %d, the most whose images fit one array at --batch %d."
              .formatted(steps, most, batch));
    }
  }

  private void measure(AirbenchFile file) throws IOException {
    Device place = options.place();
    LoopSpeed.Setup setup =
        LoopSpeed.Setup.airbench(batch, steps, precision, place).withFreezing(bias().freezing());
    try (Network network = Networks.named(model).create(Images.CIFAR10, Map.of(), 1)) {
      List<ConvolutionShape> shapes =
          ConvolutionShape.ofAirbench(network, Images.CIFAR10, batch, bias());
      try (Optimizer optimizer = recipe.on(network.parameters());
          LoopSpeed speed = new LoopSpeed(network, optimizer, setup, place);
          ConvolutionFloor floor = new ConvolutionFloor(shapes, steps, precision, place)) {
        Map<String, String> facts = facts(place, network);
        AirbenchText.header(facts).forEach(console::say);
        AirbenchResult result =
            new AirbenchBenchmark(speed, floor, program(place))
                .run(options.rounds(), round -> console.say(AirbenchText.round(round)));
        AirbenchText.summary(result).forEach(console::say);
        if (file != null) {
          file.write(facts, result);
          console.say("figures: " + out);
        }
      }
    }
  }

  private Optional<Peer> program(Device place) {
    Map<String, String> environment =
        Map.of(
            "STEEPEST_BATCH", Integer.toString(batch),
            "STEEPEST_STEPS", Integer.toString(steps),
            "STEEPEST_PRECISION", lower(precision),
            "STEEPEST_THREADS", Integer.toString(options.threads()),
            "STEEPEST_DEVICE", place.str().getString());
    return Optional.ofNullable(peer).map(command -> new Peer("images/s", command, environment));
  }

  /** What was measured, then where. */
  private Map<String, String> facts(Device place, Network network) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", model);
    facts.put("batch", Integer.toString(batch));
    facts.put("steps", Integer.toString(steps));
    facts.put("rounds", Integer.toString(options.rounds()));
    facts.put("precision", lower(precision));
    facts.put("recipe", lower(recipe));
    facts.put("whitening bias", lower(bias()));
    facts.put("kernels", network.kernels(precision.type()));
    if (peer != null) {
      facts.put("peer", peer);
    }
    facts.putAll(Machine.environment(place.str().getString()).facts());
    return facts;
  }

  private WhiteningBias bias() {
    return frozen ? WhiteningBias.FROZEN : WhiteningBias.TRAINED;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
