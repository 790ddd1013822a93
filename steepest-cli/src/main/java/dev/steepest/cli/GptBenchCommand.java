package dev.steepest.cli;

import dev.steepest.lab.bench.DispatchCost;
import dev.steepest.lab.bench.GptBenchmark;
import dev.steepest.lab.bench.GptResult;
import dev.steepest.lab.bench.GptShape;
import dev.steepest.lab.bench.Peer;
import dev.steepest.lab.bench.TokenSpeed;
import dev.steepest.lab.model.Gpt;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.run.Machine;
import dev.steepest.lab.train.MatmulPeak;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import dev.steepest.tensor.NativeHeap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how near the training of a language network comes to what this machine can do. */
@Command(
    name = "gpt",
    description = {
      "Tokens per second of forward, backward and step of a language network over a resident batch,",
      "against its floating-point operations at the speed of matrix products, in turn within each",
      "round; the memory of a step against that of the model; with --peer also another program.",
      "Times are ratios within one run: other programs on the machine spoil them."
    },
    footer = {
      "",
      "A peer is started anew in every round by 'sh -c' and prints 'tokens/s: 123.4' (or that number",
      "as the last of its last line). It finds STEEPEST_SHAPE, STEEPEST_BATCH, STEEPEST_ACCUMULATION,",
      "STEEPEST_STEPS, STEEPEST_PRECISION, STEEPEST_THREADS and STEEPEST_DEVICE in its environment.",
      "",
      "Example:",
      "  steepest bench gpt --shape small --peer '/usr/bin/python3 docs/peers/gpt_step.py'"
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class GptBenchCommand implements Callable<Integer> {
  private static final int LARGEST_BATCH = 65_536; // assumed: beyond, no machine holds a step
  private static final int VOCABULARY = 49_152; // tokens drawn: every shape knows them
  private static final double STILL = 1e-5; // learning rate: weights stay about where they are

  private final Console console;

  @Mixin private BenchOptions options;

  @Option(
      names = "--shape",
      defaultValue = "small",
      paramLabel = "NAME",
      description = {
        "small: 6 layers, 384 features, 512 tokens; record5: 12, 768, 1024; moe: 6, 384, 512,",
        "2 of 8 experts; also ${COMPLETION-CANDIDATES}."
      })
  private GptShape shape;

  @Option(
      names = "--batch",
      defaultValue = "8",
      paramLabel = "N",
      description = "Sequences per step, 1 to 65536.")
  private int batch;

  @Option(
      names = "--accumulation",
      defaultValue = "1",
      paramLabel = "N",
      description = "Parts that a step's sequences are taken in: less memory, more passes.")
  private int accumulation;

  @Option(
      names = "--activations",
      defaultValue = "recomputed",
      paramLabel = "A",
      description = {
        "What is kept for the backward pass: ${COMPLETION-CANDIDATES}. RECOMPUTED takes less",
        "memory and more time; moe keeps them always."
      })
  private Gpt.Activations activations;

  @Option(
      names = "--steps",
      defaultValue = "1",
      paramLabel = "N",
      description = "Steps in a round.")
  private int steps;

  @Option(
      names = "--precision",
      defaultValue = "bf16",
      paramLabel = "P",
      description = "Of all sides: ${COMPLETION-CANDIDATES}.")
  private Precision precision;

  @Option(
      names = "--optimizer",
      defaultValue = "muon",
      paramLabel = "NAME",
      description = "Optimizer.")
  private String optimizer;

  @Option(names = "--peer", paramLabel = "CMD", description = "Another program to compare with.")
  private String peer;

  GptBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check();
    try {
      options.prepare();
      measure();
    } catch (IllegalArgumentException | Peer.PeerException e) {
      throw new UserError(e);
    }
    return 0;
  }

  private void check() {
    options.check();
    BenchOptions.atLeastOne("--batch", batch);
    BenchOptions.atLeastOne("--steps", steps);
    BenchOptions.atLeastOne("--accumulation", accumulation);
    BenchOptions.peer(peer);
    if (batch > LARGEST_BATCH) {
      throw new UserError("--batch %d is above %d.".formatted(batch, LARGEST_BATCH));
    }
    if (accumulation > batch) {
      throw new UserError(
          "--accumulation %d is above --batch %d; a part has at least one sequence."
              .formatted(accumulation, batch));
    }
  }

  private void measure() {
    Device place = options.place();
    Preset rule = Preset.named(optimizer);
    try (MatmulPeak peak = new MatmulPeak(place, precision)) {
      peak.measure(); // the kernel's own memory is no part of a step
      long held = NativeHeap.bytesInUse();
      try (LanguageNetwork network = shape.network(kept(), 1);
          Optimizer steps = rule.on(network.parameters(), Map.of("lr", STILL), 1);
          TokenSpeed speed = speed(network, steps, held, place)) {
        console.say(header(network));
        console.say(BenchOptions.machine(Machine.environment(place.str().getString()).facts()));
        GptResult result = run(speed, peak, place);
        GptText.summary(result).forEach(console::say);
      }
    }
  }

  private Gpt.Activations kept() {
    return shape == GptShape.MOE ? Gpt.Activations.KEPT : activations;
  }

  private TokenSpeed speed(LanguageNetwork network, Optimizer rule, long held, Device place) {
    TokenSpeed.Setup setup =
        new TokenSpeed.Setup(batch, accumulation, VOCABULARY, steps, precision);
    return new TokenSpeed(network, rule, setup, held, place);
  }

  private GptResult run(TokenSpeed speed, MatmulPeak peak, Device place) {
    if (shape != GptShape.MOE) {
      return new GptBenchmark(speed, peak, Optional.empty(), program(place))
          .run(options.rounds(), round -> console.say(GptText.round(round)));
    }
    try (DispatchCost dispatch = new DispatchCost(batch, precision, place)) {
      return new GptBenchmark(speed, peak, Optional.of(dispatch), program(place))
          .run(options.rounds(), round -> console.say(GptText.round(round)));
    }
  }

  private String header(LanguageNetwork network) {
    return GptText.text(
        "%s: %,d parameters, %d sequences of %d tokens in %d part(s), activations %s,"
            + " %s, %s; %d rounds of %d step(s), one more before them; %.1f MFLOP per token",
        lower(shape),
        network.count(),
        batch,
        network.context(),
        accumulation,
        lower(kept()),
        lower(precision),
        optimizer,
        options.rounds(),
        steps,
        network.flopsPerToken(network.context()) / 1e6);
  }

  private Optional<Peer> program(Device place) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("STEEPEST_SHAPE", lower(shape));
    environment.put("STEEPEST_BATCH", Integer.toString(batch));
    environment.put("STEEPEST_ACCUMULATION", Integer.toString(accumulation));
    environment.put("STEEPEST_STEPS", Integer.toString(steps));
    environment.put("STEEPEST_PRECISION", lower(precision));
    environment.put("STEEPEST_THREADS", Integer.toString(options.threads()));
    environment.put("STEEPEST_DEVICE", place.str().getString());
    return Optional.ofNullable(peer).map(command -> new Peer("tokens/s", command, environment));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
