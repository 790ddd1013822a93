package dev.steepest.cli;

import dev.steepest.lab.bench.DiffusionBenchmark;
import dev.steepest.lab.bench.NoiseStep;
import dev.steepest.lab.bench.Product;
import dev.steepest.lab.bench.ProductFloor;
import dev.steepest.lab.bench.Spread;
import dev.steepest.lab.bench.UnetProducts;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.SmallUnet;
import dev.steepest.lab.run.Machine;
import dev.steepest.lab.train.Precision;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Preset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how near the training of a diffusion model comes to what this machine can do. */
@Command(
    name = "diffusion",
    description = {
      "Milliseconds of a training step of small-unet on a resident batch of grey 32×32 images (noise,",
      "forward, loss, backward, Adam) and of its convolutions and matrix products alone, in turn",
      "within each round. Times are ratios within one run: other programs on the machine spoil them."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class DiffusionBenchCommand implements Callable<Integer> {
  private static final int LARGEST_BATCH = 65_536; // assumed: beyond, no machine holds a step
  private static final Conditions FIGURES = new Conditions(1, 32, 10, 2);
  private static final int PASSES = 3; // forward, and for both gradients
  private static final double STILL = 1e-5; // learning rate: weights stay about where they are

  private final Console console;

  @Mixin private BenchOptions options;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Images per step, 1 to 65536.")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "3",
      paramLabel = "N",
      description = "Steps of either side in a round.")
  private int steps;

  @Option(
      names = "--width",
      defaultValue = "32",
      paramLabel = "N",
      description = "Channels of the network's first level.")
  private int width;

  @Option(
      names = "--precision",
      defaultValue = "fp32",
      paramLabel = "P",
      description = "Of both sides: ${COMPLETION-CANDIDATES}.")
  private Precision precision;

  DiffusionBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    options.check();
    BenchOptions.atLeastOne("--batch", batch);
    BenchOptions.atLeastOne("--steps", steps);
    if (batch > LARGEST_BATCH) {
      throw new UserError("--batch %d is above %d.".formatted(batch, LARGEST_BATCH));
    }
    try {
      options.prepare();
      measure();
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
    return 0;
  }

  private void measure() {
    Device place = options.place();
    try (SmallUnet network = new SmallUnet(new SmallUnet.Config(FIGURES, width, 3), 1);
        Optimizer adam = Preset.named("adam").on(network.parameters(), Map.of("lr", STILL), 1)) {
      List<Product> products = UnetProducts.of(network, batch);
      double gflop = 2e-9 * PASSES * products.stream().mapToDouble(Product::multiplyAdds).sum();
      try (NoiseStep step = new NoiseStep(network, adam, batch, steps, precision, place);
          ProductFloor floor = new ProductFloor(products, steps, precision, place)) {
        say(
            "small-unet: %,d parameters, width %d, batch %d, %s, adam; %d rounds of %d steps, one more before them",
            network.count(),
            width,
            batch,
            precision.name().toLowerCase(Locale.ROOT),
            options.rounds(),
            steps);
        console.say(BenchOptions.machine(Machine.environment(place.str().getString()).facts()));
        summary(DiffusionBenchmark.run(step, floor, options.rounds(), this::show), gflop);
      }
    }
  }

  private void show(DiffusionBenchmark.Round round) {
    say(
        "  step %8.1f ms   products alone %8.1f ms   share %.3f",
        round.step() * 1e3, round.floor() * 1e3, round.share());
  }

  private void summary(DiffusionBenchmark.Result result, double gflop) {
    console.say("");
    say("%-44s %10s %10s %10s", "", "median", "least", "most");
    row("step, ms", result.step(), 1e3);
    row("products alone, ms", result.floor(), 1e3);
    row("products alone / step (target .60 or more)", result.share(), 1);
    say(
        "%.2f GFLOP per step in products, forward and both gradients: %.1f GFLOP/s in the step, %.1f alone",
        gflop, gflop / result.step().median(), gflop / result.floor().median());
  }

  private void row(String name, Spread spread, double unit) {
    say(
        "%-44s %10.3f %10.3f %10.3f",
        name, spread.median() * unit, spread.least() * unit, spread.most() * unit);
  }

  private void say(String format, Object... arguments) {
    console.say(String.format(Locale.ROOT, format, arguments));
  }
}
