package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AdjustmentTest {
  private static final Offset<Double> ROUNDING = within(1e-15);

  @Test
  void holmByHand() {
    // rising: 4·.01 = .04, 3·.02 = .06, then 2·.03 and 1·.04 are lifted to .06
    double[] p = Adjustment.holm(new double[] {.04, .01, .03, .02});
    assertThat(p).containsExactly(new double[] {.06, .04, .06, .06}, ROUNDING);
    assertThat(Adjustment.holm(new double[] {.9, .8})).containsExactly(1, 1);
    assertThat(Adjustment.holm(new double[0])).isEmpty();
  }

  @Test
  void benjaminiHochbergOnTheirOwnExample() {
    // Benjamini and Hochberg 1995, §4.1: at q = .05 four hypotheses are rejected, by Bonferroni
    // three
    double[] p = {
      .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
      .7590, 1.0
    };
    double[] adjusted = Adjustment.benjaminiHochberg(p);
    assertThat(Arrays.stream(adjusted).filter(q -> q <= .05)).hasSize(4);
    assertThat(adjusted[3]).isCloseTo(.0095 * 15 / 4, within(1e-15));
    assertThat(Arrays.stream(Adjustment.holm(p)).filter(q -> q <= .05)).hasSize(3);
  }

  @Test
  void adjustedValuesKeepOrderAndHolmIsTheStricter() {
    long seed = 21;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      double[] p = random.doubles(1 + random.nextInt(12)).map(x -> x * x).toArray();
      double[] holm = Adjustment.holm(p);
      double[] bh = Adjustment.benjaminiHochberg(p);
      for (int i = 0; i < p.length; i++) {
        assertThat(bh[i]).as("seed " + seed).isBetween(p[i], 1.0);
        assertThat(holm[i]).isGreaterThanOrEqualTo(bh[i] - 1e-15).isLessThanOrEqualTo(1);
        for (int j = 0; j < p.length; j++) {
          if (p[i] < p[j]) {
            assertThat(holm[i]).isLessThanOrEqualTo(holm[j]);
            assertThat(bh[i]).isLessThanOrEqualTo(bh[j]);
          }
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(() -> Adjustment.holm(new double[] {.5, Double.NaN}))
        .hasMessage("p[1] is NaN; a p value lies in [0, 1]");
  }
}
