package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BestOfTest {
  /** Every subset of 7 values, of which the best 5 are ranked, counted one by one. */
  @Test
  void agreesWithCountingAllDraws() {
    int all = 7;
    int ranked = 5;
    for (int drawn = 1; drawn <= all; drawn++) {
      int[] bests = bests(all, drawn);
      for (double p : new double[] {.1, .25, .5, .75, .9}) {
        int[] sorted = Arrays.stream(bests).sorted().toArray();
        // the smallest rank that at least p of the draws reach
        int rank = sorted[(int) Math.ceil(p * sorted.length - 1e-9) - 1];
        assertThat(BestOf.rank(all, ranked, drawn, p))
            .as("%d drawn, p = %s", drawn, p)
            .isEqualTo(rank <= ranked ? OptionalInt.of(rank) : OptionalInt.empty());
      }
    }
  }

  /** The best rank of each subset of that size. */
  private static int[] bests(int all, int drawn) {
    return IntStream.range(0, 1 << all)
        .filter(subset -> Integer.bitCount(subset) == drawn)
        .map(subset -> Integer.numberOfTrailingZeros(subset) + 1)
        .toArray();
  }

  @Test
  void allDrawnHaveTheBestForSure() {
    assertThat(BestOf.rank(500, 400, 500, .999)).hasValue(1);
    assertThat(BestOf.rank(500, 0, 500, .5)).isEmpty();
  }

  @Test
  void refusesToDrawWhatIsNotThere() {
    assertThatThrownBy(() -> BestOf.rank(5, 5, 6, .5))
        .hasMessage("cannot draw 6 of 5 values, 5 of them ranked");
  }
}
