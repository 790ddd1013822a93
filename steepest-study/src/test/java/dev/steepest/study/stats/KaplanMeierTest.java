package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KaplanMeierTest {
  /** Weeks of remission with 6-mercaptopurine (Freireich et al. 1963). */
  private static final double[] RELAPSED = {6, 6, 6, 7, 10, 13, 16, 22, 23};

  private static final double[] CENSORED = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};

  @Test
  void agreesWithThePublishedCurve() {
    KaplanMeier curve = KaplanMeier.of(RELAPSED, CENSORED);
    // Kleinbaum and Klein, Survival Analysis, table 2.1: S = .857 .807 .753 .690 .627 .538 .448
    double[] survival = {.857, .807, .753, .690, .627, .538, .448};
    assertThat(curve.steps()).hasSameSizeAs(survival);
    for (int i = 0; i < survival.length; i++) {
      assertThat(1 - curve.steps().get(i).arrived()).isCloseTo(survival[i], within(.0005));
    }
    assertThat(curve.median()).hasValue(23);
  }

  @Test
  void withoutCensoringItCountsArrivals() {
    double[] times = new SplittableRandom(8).doubles(21).toArray();
    KaplanMeier curve = KaplanMeier.of(times, new double[0]);
    Arrays.sort(times);
    assertThat(curve.median()).hasValue(times[10]);
    for (int i = 0; i < 21; i++) {
      assertThat(curve.steps().get(i).arrived()).isCloseTo((i + 1) / 21.0, within(1e-12));
    }
  }

  @Test
  void whatNeverArrivesHasNoMedian() {
    assertThat(KaplanMeier.of(new double[0], new double[] {9, 9}).median()).isEmpty();
    assertThat(KaplanMeier.of(new double[] {1}, new double[] {9, 9}).median()).isEmpty();
    assertThat(KaplanMeier.of(new double[] {1, 2}, new double[] {9, 9}).median()).hasValue(2);
  }
}
