package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.source.ImageOptions.Drawn;
import dev.steepest.lab.data.source.ImageOptions.Qualities;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private static final Path NOWHERE = Path.of("unused");
  private static final Figures FIGURES = new Figures(20);

  /**
   * Pinned when the drawing was settled: a change means that no result on this data can be compared
   * with earlier ones.
   */
  @Test
  void theFirstImagesAreTheSameEverywhere() {
    try (TrainTest both = load(200, Qualities.BOTH, 0)) {
      assertThat(both.train().checksum())
          .isEqualTo("efe0bf0e0317d4b8ba382874a51003b1698738d653f9495ac6433d0bc7772ee1");
    }
  }

  @Test
  void labelsAreClassAndQuality() {
    try (TrainTest both = load(40, Qualities.BOTH, 0)) {
      assertThat(both.train().classes()).hasSize(20).startsWith("disc, clean", "disc, degraded");
      assertThat(both.train().classes()).contains("star, clean", "heart, degraded");
      assertThat(both.train().labelArray()).startsWith(0, 2, 4).endsWith(15, 17, 19);
      assertThat(Arrays.stream(both.train().labelArray()).distinct()).hasSize(20);
    }
    assertThat(FIGURES.qualities(options(40, Qualities.BOTH, 0)))
        .containsExactly("clean", "degraded");
  }

  @Test
  void imagesOfOneQualityAreLabelledByClassAlone() {
    try (TrainTest clean = load(20, Qualities.CLEAN, 0)) {
      assertThat(clean.train().classes())
          .containsExactly(
              "disc",
              "ring",
              "square",
              "triangle",
              "star",
              "cross",
              "crescent",
              "heart",
              "arrow",
              "bars");
      assertThat(clean.train().labelArray()).startsWith(0, 1, 2).endsWith(8, 9);
    }
    assertThat(FIGURES.qualities(options(40, Qualities.CLEAN, 0))).isEmpty();
  }

  /** The images of both, under the labels of one. */
  @Test
  void mixedQualitiesShareALabel() {
    try (TrainTest both = load(40, Qualities.BOTH, 0);
        TrainTest mixed = load(40, Qualities.MIXED, 0);
        TrainTest clean = load(40, Qualities.CLEAN, 0)) {
      assertThat(part(mixed, 0, 40)).isEqualTo(part(both, 0, 40));
      assertThat(mixed.train().classes()).isEqualTo(clean.train().classes());
      assertThat(mixed.train().labelArray()).isEqualTo(clean.train().labelArray());
    }
    assertThat(FIGURES.qualities(options(40, Qualities.MIXED, 0))).isEmpty();
  }

  /** The same figure at the same place: only what was done to it differs. */
  @Test
  void qualityChangesNothingElse() {
    try (TrainTest both = load(20, Qualities.BOTH, 0);
        TrainTest clean = load(20, Qualities.CLEAN, 0);
        TrainTest degraded = load(20, Qualities.DEGRADED, 0)) {
      assertThat(part(both, 0, 10)).isEqualTo(part(clean, 0, 10));
      assertThat(part(both, 10, 20)).isEqualTo(part(degraded, 10, 20));
      assertThat(part(clean, 10, 20)).isNotEqualTo(part(degraded, 10, 20));
    }
  }

  @Test
  void aLongerSetBeginsWithTheShorterOneAndPartsDiffer() {
    try (TrainTest shorter = load(20, Qualities.BOTH, 0);
        TrainTest longer = load(30, Qualities.BOTH, 0)) {
      assertThat(part(longer, 0, 20)).isEqualTo(part(shorter, 0, 20));
      assertThat(part(longer, 0, 20)).isNotEqualTo(longer.test().checksum());
      assertThat(longer.test().size()).isEqualTo(20);
    }
  }

  /** Every ground is dark, every figure light, wherever it is and whatever the size. */
  @Test
  void figuresStandOutAtEverySize() {
    for (int size : new int[] {8, 20, 48}) {
      try (TrainTest drawn = load(100, Qualities.CLEAN, size)) {
        assertThat(drawn.train().height()).isEqualTo(size);
        byte[] pixels = TensorMemory.segment(drawn.train().images()).toArray(ValueLayout.JAVA_BYTE);
        int area = size * size;
        for (int i = 0; i < 100; i++) {
          int[] levels = new int[area];
          for (int k = 0; k < area; k++) {
            levels[k] = pixels[i * area + k] & 0xFF;
          }
          Arrays.sort(levels);
          assertThat(levels[0]).as("ground of image %d at %d", i, size).isBetween(10, 52);
          long light = Arrays.stream(levels).filter(level -> level > 128).count();
          assertThat(light)
              .as("figure of image %d at %d", i, size)
              .isBetween(area / 50L, area / 2L);
        }
      }
    }
  }

  private static String part(TrainTest data, long from, long to) {
    try (ImageSet part = data.train().subset(LongStream.range(from, to).toArray())) {
      return Arrays.toString(TensorMemory.segment(part.images()).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private static TrainTest load(int count, Qualities quality, int size) {
    return FIGURES.load(NOWHERE, options(count, quality, size));
  }

  private static ImageOptions options(int count, Qualities quality, int size) {
    return new ImageOptions(
        Channels.AS_IS,
        ImageOptions.Labelling.FINE,
        new ImageOptions.Decoding(size, Fit.CROP, ImageOptions.Corrupt.STOP),
        ImageOptions.STANDARD.tree(),
        new Drawn(count, quality));
  }
}
