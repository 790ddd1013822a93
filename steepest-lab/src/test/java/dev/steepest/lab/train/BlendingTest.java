package dev.steepest.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.train.LossPlan.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;

class BlendingTest {
  private static final int SAMPLES = 6;
  private static final int SIZE = SyntheticData.SIZE;

  /** Where an image holds the pixel of another: every channel alike, one rectangle for all. */
  @Test
  void cutmixPastesOneRectangleOfAnotherImage() {
    Cutmix cutmix = new Cutmix(1, 7);
    int seen = 0;
    for (int step = 0; step < 20; step++) {
      try (PointerScope _ = new PointerScope()) {
        MiniBatch batch = SyntheticData.make(5, SAMPLES);
        double[] before = Bench.values(batch.inputs());
        MiniBatch blended = cutmix.blend(batch, step);
        MiniBatch.Blend blend = blended.blend().orElseThrow();
        double[] after = Bench.values(blended.inputs());
        double[] own = Bench.values(batch.labels());
        double[] others = Bench.values(blend.labels());
        assertThat(Bench.values(batch.inputs())).as("left alone").isEqualTo(before);
        List<Integer> pasted = new ArrayList<>();
        for (int b = 0; b < SAMPLES; b++) {
          int row = b;
          List<Integer> changed =
              IntStream.range(0, before.length / SAMPLES)
                  .filter(i -> after[at(row, i)] != before[at(row, i)])
                  .boxed()
                  .toList();
          if (changed.isEmpty()) {
            continue; // its partner is itself, or the rectangle is empty
          }
          int partner =
              IntStream.range(0, SAMPLES)
                  .filter(
                      p -> changed.stream().allMatch(i -> after[at(row, i)] == before[at(p, i)]))
                  .findFirst()
                  .orElseThrow();
          assertThat(others[b]).isEqualTo(own[partner]);
          assertThat(pasted.isEmpty() || pasted.equals(changed)).as("one rectangle").isTrue();
          pasted = changed;
        }
        assertThat(blend.share()).isCloseTo(1 - pasted.size() / (3.0 * SIZE * SIZE), within(1e-12));
        assertRectangle(pasted);
        seen += pasted.size() > 12 ? 1 : 0;
        assertThat(Bench.values(cutmix.blend(batch, step).inputs())).isEqualTo(after);
      }
    }
    assertThat(seen).as("steps with a rectangle of more than a row").isGreaterThan(10);
  }

  private static int at(int sample, int value) {
    return sample * 3 * SIZE * SIZE + value;
  }

  private static void assertRectangle(List<Integer> values) {
    var rows = values.stream().mapToInt(v -> v / SIZE % SIZE).summaryStatistics();
    var columns = values.stream().mapToInt(v -> v % SIZE).summaryStatistics();
    if (!values.isEmpty()) {
      int area = (rows.getMax() - rows.getMin() + 1) * (columns.getMax() - columns.getMin() + 1);
      assertThat(values).hasSize(3 * area);
    }
  }

  /**
   * Of 8 × 8 images, centre anywhere: the mean share that is left of an image, by the formula in
   * float64 over a grid of λ and centres, to 4 standard errors of 2,000 steps.
   */
  @Test
  void theShareIsThatOfTheAreaWithinTheImage() {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (double lambda = 0.0005; lambda < 1; lambda += 0.001) {
      int cut = (int) (8 * Math.sqrt(1 - lambda));
      for (int x = 0; x < 8; x++) {
        for (int y = 0; y < 8; y++) {
          double share = 1 - side(x, cut) * side(y, cut) / 64.0;
          sum += share;
          squares += share * share;
          count++;
        }
      }
    }
    double mean = sum / count;
    double error = Math.sqrt((squares / count - mean * mean) / 2000);
    Cutmix cutmix = new Cutmix(1, 3);
    double measured = 0;
    for (int step = 0; step < 2000; step++) {
      try (PointerScope _ = new PointerScope()) {
        MiniBatch batch = SyntheticData.make(5, 2);
        measured += cutmix.blend(batch, step).blend().orElseThrow().share() / 2000;
      }
    }
    assertThat(measured).isCloseTo(mean, within(4 * error));
  }

  private static int side(int centre, int cut) {
    return Math.min(8, centre + cut / 2) - Math.max(0, centre - cut / 2);
  }

  @Test
  void theOrderInMemoryIsKept() {
    try (PointerScope _ = new PointerScope()) {
      MiniBatch plain = SyntheticData.make(5, SAMPLES);
      MiniBatch last =
          new MiniBatch(plain.inputs().contiguous(MemoryFormat.ChannelsLast), plain.labels());
      var blended = new Cutmix(1, 7).blend(last, 4).inputs();
      assertThat(blended.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertThat(Bench.values(blended))
          .isEqualTo(Bench.values(new Cutmix(1, 7).blend(plain, 4).inputs()));
    }
  }

  /** A fair coin over 400 batches: 200 ± 40 is four deviations. */
  @Test
  void ofTwoOneIsChosenForEveryBatch() {
    var both = Blending.of(new LossPlan(Reduction.MEAN, 0, 0, 0.4, 1), 11).orElseThrow();
    var mixup = new Mixup(0.4, 11);
    var cutmix = new Cutmix(1, 11);
    int mixed = 0;
    for (int step = 0; step < 400; step++) {
      try (PointerScope _ = new PointerScope()) {
        MiniBatch batch = SyntheticData.make(5, 4);
        double share = both.blend(batch, step).blend().orElseThrow().share();
        boolean isMixup = share == mixup.blend(batch, step).blend().orElseThrow().share();
        assertThat(isMixup || share == cutmix.blend(batch, step).blend().orElseThrow().share())
            .isTrue();
        mixed += isMixup ? 1 : 0;
      }
    }
    assertThat(mixed).isBetween(160, 240);
    assertThat(Blending.of(LossPlan.PLAIN, 11)).isEmpty();
  }
}
