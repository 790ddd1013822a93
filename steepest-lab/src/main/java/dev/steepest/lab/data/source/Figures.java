package dev.steepest.lab.data.source;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.drawing.Figure;
import dev.steepest.lab.data.drawing.Quality;
import dev.steepest.lab.data.drawing.Sketch;
import dev.steepest.lab.data.source.ImageOptions.Choice;
import dev.steepest.lab.data.source.ImageOptions.Qualities;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ten drawn figures in grey, clean or degraded, made to train small diffusion models on: needs no
 * files. Image i shows class i mod 10; of both qualities, ten clean images are followed by ten
 * degraded ones. Its pixels follow from (part, i), size and quality alone.
 */
public final class Figures implements DataSource {
  /** Pixels along each side, where none are asked for. */
  public static final int SIDE = 32;

  /** Assumed, as for drawn shapes. */
  private static final int TEST = 2_000;

  private static final long SEED = 0;

  /** Parts 0 and 1 are those of drawn shapes. */
  private static final int TRAIN_PART = 2;

  private static final int TEST_PART = 3;
  private static final List<Figure> FIGURES = Figure.OUTLINED;
  private static final List<Quality> BOTH = List.of(Quality.values());

  private final int testSize;

  /** 2,000 test images. */
  public Figures() {
    this(TEST);
  }

  /** Another number of test images. */
  public Figures(int testSize) {
    this.testSize = testSize;
  }

  @Override
  public String name() {
    return "figures";
  }

  @Override
  public String about() {
    return "ten drawn figures, clean and degraded, grey, of any size and number; generated, no download";
  }

  @Override
  public List<RemoteFile> files() {
    return List.of();
  }

  /** From −1 to 1, as diffusion models have it. */
  @Override
  public Normalization normalization() {
    return Normalization.HALF.forChannels(1);
  }

  @Override
  public Set<Choice> choices() {
    return Set.of(Choice.DRAWN);
  }

  @Override
  public List<String> qualities(ImageOptions options) {
    return options.drawn().quality() == Qualities.BOTH
        ? BOTH.stream().map(Figures::word).toList()
        : List.of();
  }

  /** Draws the images; the folder is not looked at. */
  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    return new TrainTest(
        draw("figures/train", TRAIN_PART, options.drawn().count(), options),
        draw("figures/test", TEST_PART, testSize, options));
  }

  private ImageSet draw(String name, int part, int count, ImageOptions options) {
    List<Quality> qualities =
        switch (options.drawn().quality()) {
          case BOTH, MIXED -> BOTH;
          case CLEAN -> List.of(Quality.CLEAN);
          case DEGRADED -> List.of(Quality.DEGRADED);
        };
    boolean told = !qualities(options).isEmpty();
    int side = options.decoding().size() == 0 ? SIDE : options.decoding().size();
    byte[] pixels = new byte[Math.multiplyExact(count, side * side)];
    long[] labels = new long[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> {
          int figure = i % FIGURES.size();
          int quality = i / FIGURES.size() % qualities.size();
          labels[i] = told ? (long) figure * qualities.size() + quality : figure;
          Sketch.draw(
              FIGURES.get(figure),
              qualities.get(quality),
              CounterRandom.of(Purpose.DRAWING, SEED, part, i),
              side,
              pixels,
              i * side * side);
        });
    return ImageSet.of(name, pixels, labels, classes(qualities(options)), 1, side, side);
  }

  /** The figure, and its quality where labels tell it. */
  private static List<String> classes(List<String> qualities) {
    return FIGURES.stream()
        .map(Figures::word)
        .flatMap(figure ->
            qualities.isEmpty()
                ? Stream.of(figure)
                : qualities.stream().map(quality -> figure + ", " + quality))
        .toList();
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
