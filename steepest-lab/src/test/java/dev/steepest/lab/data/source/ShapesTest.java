package dev.steepest.lab.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.TensorMemory;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ShapesTest {

  private static final Path NOWHERE = Path.of("unused");
  private static final TrainTest DATA = new Shapes().load(NOWHERE);

  @AfterAll
  static void free() {
    DATA.close();
  }

  /**
   * Pinned when the drawing was settled: a change means that no result on this data can be compared
   * with earlier ones.
   */
  @Test
  void firstThousandImagesAreTheSameEverywhere() {
    try (ImageSet first = DATA.train().subset(LongStream.range(0, 1000).toArray())) {
      assertThat(first.checksum())
          .isEqualTo("16c9409e3c08fa2ea910eb6af3b3985f51d076845d472688789793fc0eab942b");
    }
  }

  @Test
  void hasTenEquallyFrequentClasses() {
    assertThat(DATA.train().classes())
        .containsExactly(
            "disc",
            "ring",
            "square",
            "triangle",
            "star",
            "cross",
            "crescent",
            "stripes",
            "checker",
            "dots");
    long[] labels = DATA.train().labelArray();
    for (int c = 0; c < 10; c++) {
      int label = c;
      assertThat(Arrays.stream(labels).filter(l -> l == label)).hasSize(500);
    }
    assertThat(DATA.train().size()).isEqualTo(5000);
    assertThat(DATA.test().size()).isEqualTo(2000);
  }

  @Test
  void aLongerSetBeginsWithTheShorterOne() {
    try (TrainTest small = new Shapes(30, 10, 0).load(NOWHERE);
        ImageSet first = DATA.train().subset(LongStream.range(0, 30).toArray())) {
      assertThat(small.train().checksum()).isEqualTo(first.checksum());
    }
  }

  @Test
  void seedAndPartChangeThePictures() {
    try (TrainTest other = new Shapes(30, 30, 1).load(NOWHERE);
        TrainTest same = new Shapes(30, 30, 0).load(NOWHERE)) {
      assertThat(other.train().checksum()).isNotEqualTo(same.train().checksum());
      assertThat(same.test().checksum()).isNotEqualTo(same.train().checksum());
    }
  }

  @Test
  void normalizationIsThatOfItsPixels() {
    byte[] pixels = TensorMemory.segment(DATA.train().images()).toArray(ValueLayout.JAVA_BYTE);
    double sum = 0;
    double squares = 0;
    for (byte pixel : pixels) {
      double value = (pixel & 0xFF) / 255.0;
      sum += value;
      squares += value * value;
    }
    double mean = sum / pixels.length;
    double deviation = Math.sqrt(squares / pixels.length - mean * mean);
    assertThat(mean).isCloseTo(new Shapes().normalization().mean().getFirst(), within(0.01));
    assertThat(deviation).isCloseTo(new Shapes().normalization().std().getFirst(), within(0.01));
  }

  /** Chance is 10 %; a data set that class means can tell apart would not part optimizers. */
  @Test
  void nearestMeanIsLittleBetterThanChance() {
    double[][] means = new double[10][3072];
    byte[] train = TensorMemory.segment(DATA.train().images()).toArray(ValueLayout.JAVA_BYTE);
    long[] labels = DATA.train().labelArray();
    for (int i = 0; i < train.length; i++) {
      means[(int) labels[i / 3072]][i % 3072] += (train[i] & 0xFF) / 500.0;
    }
    byte[] test = TensorMemory.segment(DATA.test().images()).toArray(ValueLayout.JAVA_BYTE);
    long[] truth = DATA.test().labelArray();
    int right = 0;
    for (int n = 0; n < truth.length; n++) {
      right += nearest(means, test, n * 3072) == truth[n] ? 1 : 0;
    }
    assertThat(right / (double) truth.length).isBetween(0.05, 0.2);
  }

  private static int nearest(double[][] means, byte[] pixels, int from) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int c = 0; c < means.length; c++) {
      double distance = 0;
      for (int k = 0; k < 3072; k++) {
        double d = (pixels[from + k] & 0xFF) - means[c][k];
        distance += d * d;
      }
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }
}
