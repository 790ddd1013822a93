package dev.steepest.cli;

import dev.steepest.lab.bench.GptShape;
import dev.steepest.lab.bench.Peer;
import dev.steepest.lab.bench.Spread;
import dev.steepest.lab.bench.TeamBenchmark;
import dev.steepest.lab.bench.TokenSpeed;
import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.GradientSync;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.distributed.World;
import dev.steepest.lab.model.Gpt;
import dev.steepest.lab.model.LanguageNetwork;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what is lost when several processes train one network together. */
@Command(
    name = "distributed",
    description = {
      "Tokens per second of several processes that train a language network together, each pinned to",
      "its part of the cores, against one process on such a part, in turn within each round; each",
      "process has the same batch. 100 %% is perfect. Other programs on the machine spoil it.",
      "Under a launcher (launch, torchrun, srun) it measures that team alone."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    footer = {"", "Example:", "  steepest bench distributed --nproc 2 --shape small --steps 3"})
final class DistributedBenchCommand implements Callable<Integer> {
  private static final int VOCABULARY = 49_152; // tokens drawn: every shape knows them
  private static final double STILL = 1e-5; // learning rate: weights stay about where they are

  private final Console console;

  @Mixin private BenchOptions options;

  @Option(
      names = "--nproc",
      defaultValue = "2",
      paramLabel = "N",
      description = "Processes, at most one per core.")
  private int processes;

  @Option(
      names = "--shape",
      defaultValue = "small",
      paramLabel = "NAME",
      description = "As of bench gpt: ${COMPLETION-CANDIDATES}.")
  private GptShape shape;

  @Option(
      names = "--batch",
      defaultValue = "8",
      paramLabel = "N",
      description = "Sequences per step and process.")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "3",
      paramLabel = "N",
      description = "Measured steps of each start; two are made before them.")
  private int steps;

  @Option(
      names = "--precision",
      defaultValue = "bf16",
      paramLabel = "P",
      description = "${COMPLETION-CANDIDATES}.")
  private Precision precision;

  @Option(
      names = "--optimizer",
      defaultValue = "muon",
      paramLabel = "NAME",
      description = "Optimizer.")
  private String optimizer;

  @Option(names = "--part", hidden = true, description = "Be one of the processes.")
  private boolean part;

  DistributedBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    options.check();
    BenchOptions.atLeastOne("--batch", batch);
    BenchOptions.atLeastOne("--steps", steps);
    try {
      if (part || !World.of(System.getenv()).isAlone()) {
        return TeamWork.run(
            console,
            team -> {
              measure(team);
              return () -> 0;
            });
      }
      return compare();
    } catch (IllegalArgumentException | Peer.PeerException e) {
      throw new UserError(e);
    }
  }

  private int compare() {
    Cores cores = Cores.here();
    if (processes < 2 || processes > cores.count()) {
      throw new UserError(
          "--nproc %d is out of range; this machine has %d cores for us, allowed: 2 to %d."
              .formatted(processes, cores.count(), cores.count()));
    }
    Preset.named(optimizer); // a wrong name is said at once
    List<Cores> shares = cores.share(processes);
    console.say(
        "%s, %d sequences per step and process, %s, %s; %d processes on %d core(s) each; %d rounds of %d steps"
            .formatted(
                lower(shape),
                batch,
                lower(precision),
                optimizer,
                processes,
                shares.getFirst().count(),
                options.rounds(),
                steps));
    TeamBenchmark.Result result =
        TeamBenchmark.run(
            processes,
            options.rounds(),
            program(List.of("taskset", "-c", shares.getFirst().text()), 1),
            program(List.of(), processes),
            round ->
                console.say(
                    text(
                        "one process %.0f tokens/s, %d processes %.0f tokens/s: %.1f %%",
                        round.one(),
                        processes,
                        round.all(),
                        100 * round.all() / (processes * round.one()))));
    Spread efficiency = result.efficiency();
    console.say(
        text(
            "efficiency: median %.1f %% of perfect (%.1f to %.1f)",
            100 * efficiency.median(), 100 * efficiency.least(), 100 * efficiency.most()));
    return 0;
  }

  /** So many processes of this program, each on its share of the cores. */
  private Peer program(List<String> prefix, int count) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(ThisProgram.command());
    line.addAll(List.of("launch", "--nproc", Integer.toString(count), "--pin", "--"));
    line.addAll(List.of("bench", "distributed", "--part", "--shape", lower(shape)));
    line.addAll(List.of("--batch", Integer.toString(batch), "--steps", Integer.toString(steps)));
    line.addAll(List.of("--precision", lower(precision), "--optimizer", optimizer));
    return new Peer("tokens/s", ThisProgram.quoted(line), Map.of());
  }

  /** What each process does. */
  private void measure(Team team) {
    options.prepare();
    Device place = options.place(team.world());
    Dealing together = new Dealing(team);
    try (LanguageNetwork network = shape.network(Gpt.Activations.KEPT, 1);
        Optimizer rule =
            Preset.named(optimizer)
                .builder(network.parameters(), Map.of("lr", STILL))
                .shards(together)
                .build();
        TokenSpeed speed = speed(network, rule, together, place)) {
      speed.perSecond(); // kernels are made, the order of gradients is learned
      double tokens = team.sum(speed.perSecond());
      GradientSync.Report report = speed.report();
      if (report.steps() > 0) {
        console.say(
            text(
                "sums of gradients: %.0f MB per step, %.0f %% under way before the backward pass ended, %.3f s of waiting per step",
                report.bytes() / 1e6 / report.steps(),
                100.0 * report.early() / report.bytes(),
                report.waited() / report.steps()));
      }
      console.say(text("tokens/s: %.1f", tokens));
    }
  }

  private TokenSpeed speed(
      LanguageNetwork network, Optimizer rule, Dealing together, Device place) {
    together.take(rule);
    TokenSpeed.Setup setup = new TokenSpeed.Setup(batch, 1, VOCABULARY, steps, precision);
    return new TokenSpeed(network, rule, together, setup, 0, place);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
