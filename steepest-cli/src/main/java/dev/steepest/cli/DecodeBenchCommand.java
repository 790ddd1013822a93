package dev.steepest.cli;

import dev.steepest.lab.bench.DecodeBenchmark;
import dev.steepest.lab.bench.DecodeBenchmark.Cost;
import dev.steepest.lab.bench.DecodeBenchmark.Work;
import dev.steepest.lab.bench.DrawnPhotographs;
import dev.steepest.lab.bench.Spread;
import dev.steepest.lab.data.decode.JpegLibrary;
import dev.steepest.lab.run.Machine;
import dev.steepest.tensor.Native;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how fast image files are decoded. */
@Command(
    name = "decode",
    description = {
      "JPEGs per second, by OpenCV where it is there and by the JDK: decoding alone, and with",
      "resampling to the size of a data set. Of processor time too, which other programs do not touch."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class DecodeBenchCommand implements Callable<Integer> {
  /** Requirement of the project, on two cores at 500×375 by OpenCV. */
  private static final int TARGET = 500;

  private final Console console;

  @Option(names = "--images", defaultValue = "200", paramLabel = "N", description = "In a round.")
  private int images;

  @Option(names = "--width", defaultValue = "500", paramLabel = "PX", description = "Of the files.")
  private int width;

  @Option(
      names = "--height",
      defaultValue = "375",
      paramLabel = "PX",
      description = "Of the files.")
  private int height;

  @Option(
      names = "--size",
      defaultValue = "224",
      paramLabel = "PX",
      description = "That they are resampled to.")
  private int size;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Measured rounds.")
  private int rounds;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "0: one per core.")
  private int threads;

  DecodeBenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BenchOptions.atLeastOne("--images", images);
    BenchOptions.atLeastOne("--width", width);
    BenchOptions.atLeastOne("--height", height);
    BenchOptions.atLeastOne("--size", size);
    BenchOptions.atLeastOne("--rounds", rounds);
    if (threads < 0) {
      throw new UserError("--threads %d is below 0; 0 is one per core.".formatted(threads));
    }
    Native.prepare();
    int used = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    List<byte[]> files = DrawnPhotographs.jpegs(images, width, height, 0.9);
    say(
        "%s, %d threads; %d JPEGs of %d×%d, %.0f kB each; medians of %d rounds in turn, least to most in brackets",
        Machine.cpu(),
        used,
        images,
        width,
        height,
        files.stream().mapToInt(file -> file.length).average().orElse(0) / 1e3,
        rounds);
    JpegLibrary.OPENCV.objection().ifPresent(why -> console.say("OpenCV cannot be used: " + why));
    try (DecodeBenchmark benchmark = new DecodeBenchmark(files, size, used)) {
      List<Cost> costs = benchmark.run(rounds, _ -> {});
      say("  %-28s %26s %14s %18s", "", "images/s", "ms of a core", "images/s, 2 idle");
      costs.forEach(this::show);
      for (Work work : Work.values()) {
        ratio(costs, work);
      }
    }
    return 0;
  }

  private void show(Cost cost) {
    Spread rate = Spread.of(cost.rate());
    double seconds = Spread.of(cost.processorSeconds()).median();
    say(
        "  %-28s %10.0f (%5.0f-%5.0f) %14.2f %18.0f",
        cost.library().word()
            + (cost.work() == Work.DECODE ? "" : ", to %d×%d".formatted(size, size)),
        rate.median(),
        rate.least(),
        rate.most(),
        seconds * 1e3,
        2 / seconds);
  }

  private void ratio(List<Cost> costs, Work work) {
    Optional<Cost> fast = find(costs, JpegLibrary.OPENCV, work);
    Optional<Cost> plain = find(costs, JpegLibrary.IMAGEIO, work);
    if (fast.isPresent() && plain.isPresent()) {
      Spread ratio = Spread.ofRatios(plain.get().processorSeconds(), fast.get().processorSeconds());
      say(
          "opencv / imageio%s: %.2f (%.2f-%.2f) by processor time%s",
          work == Work.DECODE ? "" : " with resampling",
          ratio.median(),
          ratio.least(),
          ratio.most(),
          work == Work.DECODE
              ? "; target by opencv on two cores at 500×375: %d images/s or more".formatted(TARGET)
              : "");
    }
  }

  private static Optional<Cost> find(List<Cost> costs, JpegLibrary library, Work work) {
    return costs.stream()
        .filter(cost -> cost.library() == library && cost.work() == work)
        .findFirst();
  }

  private void say(String format, Object... arguments) {
    console.say(String.format(Locale.ROOT, format, arguments));
  }
}
