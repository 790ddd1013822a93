package dev.steepest.lab.data.source;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.drawing.Figure;
import dev.steepest.lab.data.drawing.Scene;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Ten kinds of drawn shapes and textures, 32×32 RGB: needs no files, and is hard enough that
 * optimizers differ. Image i shows class i mod 10; its pixels follow from (seed, part, i) alone, so
 * that a longer set begins with the shorter one.
 */
public final class Shapes implements DataSource {

  /** Assumed: an epoch of a small network takes seconds; ±1 % standard error of the accuracy. */
  private static final int TRAIN = 5_000;

  private static final int TEST = 2_000;
  private static final long SEED = 0;

  private static final int TRAIN_PART = 0;
  private static final int TEST_PART = 1;
  private static final int BYTES = 3 * Scene.SIDE * Scene.SIDE;
  private static final List<Figure> FIGURES = Figure.IN_SCENES;
  private static final List<String> CLASSES =
      FIGURES.stream().map(figure -> figure.name().toLowerCase(Locale.ROOT)).toList();

  private final int trainSize;
  private final int testSize;
  private final long seed;

  /** 5,000 training and 2,000 test images. */
  public Shapes() {
    this(TRAIN, TEST, SEED);
  }

  /** Another size or another drawing of the same kind of data. */
  public Shapes(int trainSize, int testSize, long seed) {
    if (trainSize < 1 || testSize < 1) {
      throw new IllegalArgumentException(
          "sizes must be at least 1, got %d and %d".formatted(trainSize, testSize));
    }
    this.trainSize = trainSize;
    this.testSize = testSize;
    this.seed = seed;
  }

  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public String about() {
    return "drawn shapes and textures, 32×32 RGB, %,d train and %,d test; generated, no download"
        .formatted(trainSize, testSize);
  }

  @Override
  public List<RemoteFile> files() {
    return List.of();
  }

  /** Measured on the default training images, rounded. */
  @Override
  public Normalization normalization() {
    return new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.26f, 0.26f, 0.26f));
  }

  /** Draws the images; the folder is not looked at. */
  @Override
  public TrainTest load(Path folder, ImageOptions options) {
    return new TrainTest(
        draw("shapes/train", TRAIN_PART, trainSize), draw("shapes/test", TEST_PART, testSize));
  }

  private ImageSet draw(String name, int part, int size) {
    byte[] pixels = new byte[Math.multiplyExact(size, BYTES)];
    long[] labels = new long[size];
    IntStream.range(0, size)
        .parallel()
        .forEach(i -> {
          labels[i] = i % FIGURES.size();
          CounterRandom random = CounterRandom.of(Purpose.DRAWING, seed, part, i);
          Scene.draw(FIGURES.get((int) labels[i]), random, pixels, i * BYTES);
        });
    return ImageSet.of(name, pixels, labels, CLASSES, 3, Scene.SIDE, Scene.SIDE);
  }
}
