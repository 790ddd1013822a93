package dev.steepest.lab.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.CounterRandom.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

  /** First outputs of the published splitmix64.c for seed 1234567 (rosettacode.org, SplitMix64). */
  @Test
  void drawsAreTheSequenceOfSplitMix64() {
    CounterRandom random = new CounterRandom(1234567);
    assertThat(IntStream.range(0, 5).mapToObj(i -> Long.toUnsignedString(random.bits(i))))
        .containsExactly(
            "6457827717110365317",
            "3203168211198807973",
            "9817491932198370423",
            "4593380528125082431",
            "16408922859458223821");
  }

  @Test
  void everyCoordinateAndThePurposeChangeTheStream() {
    CounterRandom base = CounterRandom.of(Purpose.AUGMENTATION, 1, 2, 3);
    assertThat(CounterRandom.of(Purpose.AUGMENTATION, 1, 2, 3)).isEqualTo(base);
    assertThat(
            new CounterRandom[] {
              CounterRandom.of(Purpose.AUGMENTATION, 2, 2, 3),
              CounterRandom.of(Purpose.AUGMENTATION, 1, 3, 3),
              CounterRandom.of(Purpose.AUGMENTATION, 1, 2, 4),
              CounterRandom.of(Purpose.AUGMENTATION, 2, 1, 3),
              CounterRandom.of(Purpose.AUGMENTATION, 1, 2),
              CounterRandom.of(Purpose.DRAWING, 1, 2, 3)
            })
        .doesNotContain(base)
        .doesNotHaveDuplicates();
  }

  /** χ² with 9 degrees of freedom over 100,000 draws; 27.9 is the 0.1 % point. */
  @Test
  void neighbouringSamplesFillTheRangeEvenly() {
    int[] count = new int[10];
    for (int sample = 0; sample < 100_000; sample++) {
      count[CounterRandom.of(Purpose.AUGMENTATION, 0, 0, sample).below(0, 10)]++;
    }
    double chiSquared = Arrays.stream(count).mapToDouble(n -> (n - 1e4) * (n - 1e4) / 1e4).sum();
    assertThat(chiSquared).isLessThan(27.9);
  }

  @Test
  void unitStaysBelowOne() {
    CounterRandom random = new CounterRandom(5);
    assertThat(IntStream.range(0, 10_000).mapToDouble(random::unit))
        .allSatisfy(value -> assertThat(value).isGreaterThanOrEqualTo(0).isLessThan(1));
  }

  @Test
  void permutationHoldsEveryNumberOnce() {
    int[] order = new CounterRandom(7).permutation(1000);
    assertThat(order).doesNotHaveDuplicates().hasSize(1000);
    assertThat(Arrays.stream(order).summaryStatistics().getMax()).isEqualTo(999);
    assertThat(order).isNotEqualTo(new CounterRandom(8).permutation(1000));
  }

  /** Each of the 6 orders of 3 numbers, 6,000 times: χ² with 5 degrees of freedom, 0.1 % point. */
  @Test
  void permutationsAreEquallyLikely() {
    int[] count = new int[1000];
    for (int key = 0; key < 6000; key++) {
      int[] order = CounterRandom.of(Purpose.ORDER, key).permutation(3);
      count[order[0] * 100 + order[1] * 10 + order[2]]++;
    }
    int[] seen = Arrays.stream(count).filter(n -> n > 0).toArray();
    assertThat(seen).hasSize(6);
    assertThat(Arrays.stream(seen).mapToDouble(n -> (n - 1e3) * (n - 1e3) / 1e3).sum())
        .isLessThan(20.5);
  }
}
