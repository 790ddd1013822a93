package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EffectSizeTest {
  private static final double[] FIRST = {.7, -1.6, -.2, -1.2, -.1, 3.4, 3.7, .8, 0, 2.0};
  private static final double[] SECOND = {1.9, .8, 1.1, .1, -.1, 4.4, 5.5, 1.6, 4.6, 3.4};

  @Test
  void agreesWithAnotherInversionOfTheNoncentralT() {
    // python3: bisection on a midpoint integral of the noncentral t (Cumming and Finch 2001)
    EffectSize paired = EffectSize.paired(FIRST, SECOND, .95).orElseThrow();
    assertThat(paired.d()).isCloseTo(-1.2845575626, within(1e-9));
    assertThat(paired.interval().low()).isCloseTo(-2.118016514, within(1e-6));
    assertThat(paired.interval().high()).isCloseTo(-.414627756, within(1e-6));
    EffectSize independent = EffectSize.independent(FIRST, SECOND, .95).orElseThrow();
    assertThat(independent.d()).isCloseTo(-.8321810814, within(1e-9));
    assertThat(independent.interval().low()).isCloseTo(-1.738816899, within(1e-6));
    assertThat(independent.interval().high()).isCloseTo(.095450398, within(1e-6));
    // Hedges 1981: 1 − 3 / (4·18 − 1)
    assertThat(independent.corrected()).isCloseTo(independent.d() * (1 - 3 / 71.0), within(1e-12));
  }

  @Test
  void intervalExcludesZeroExactlyWhereTheTestDoes() {
    for (double shift = -2; shift <= 2; shift += .25) {
      double[] moved = Fair.shifted(FIRST, shift);
      EffectSize effect = EffectSize.paired(moved, SECOND, .95).orElseThrow();
      assertThat(effect.interval().contains(0))
          .isEqualTo(PairedT.of(moved, SECOND, .95).p() >= .05);
    }
  }

  @Test
  void knowsNoUnits() {
    double[] a = Arrays.stream(FIRST).map(x -> 100 * x).toArray();
    double[] b = Arrays.stream(SECOND).map(x -> 100 * x).toArray();
    assertThat(EffectSize.independent(a, b, .95).orElseThrow().d())
        .isCloseTo(EffectSize.independent(FIRST, SECOND, .95).orElseThrow().d(), within(1e-12));
  }

  @Test
  void withoutSpreadThereIsNoEffectSize() {
    assertThat(EffectSize.paired(new double[] {1, 2, 3}, new double[] {0, 1, 2}, .95)).isEmpty();
    assertThat(EffectSize.paired(new double[] {1, 2}, new double[] {1, 2}, .95)).isEmpty();
  }
}
