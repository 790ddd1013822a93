package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RatioOfMeansTest {
  @Test
  void endsWhereScipysWelchTestBeginsToReject() {
    // python3: from scipy import stats; from scipy.optimize import brentq
    // p = lambda r: stats.ttest_ind_from_stats(3, 1.2, 5, r * 2, r * .5, 7, equal_var=False).pvalue
    // brentq(lambda r: p(r) - .05, .1, 1.5, xtol=1e-15), brentq(lambda r: p(r) - .05, 1.5, 9)
    RatioOfMeans small =
        RatioOfMeans.of(Moments.ofSd(5, 3, 1.2), Moments.ofSd(7, 2, .5), .95).orElseThrow();
    assertThat(small.ratio()).isEqualTo(1.5);
    assertThat(small.interval().low()).isCloseTo(.7658004537132991, within(1e-12));
    assertThat(small.interval().high()).isCloseTo(2.2865203030607923, within(1e-12));
    // the same with (4.016455469662548, .015784043488290076 * (200/199)**.5, 200) against
    // (4.05154372845769, .024025201477524755 * (200/199)**.5, 200)
    RatioOfMeans times =
        RatioOfMeans.of(
                Moments.ofPopulationSd(200, 4.016455469662548, .015784043488290076),
                Moments.ofPopulationSd(200, 4.05154372845769, .024025201477524755),
                .95)
            .orElseThrow();
    assertThat(times.ratio()).isCloseTo(.9913395334848083, within(1e-15));
    assertThat(times.interval().low()).isCloseTo(.9903569393413074, within(1e-12));
    assertThat(times.interval().high()).isCloseTo(.9923234868660051, within(1e-12));
  }

  @Test
  void excludesOneExactlyWhereWelchFindsADifference() {
    SplittableRandom random = new SplittableRandom(41);
    int found = 0;
    for (int i = 0; i < 300; i++) {
      Moments a = Moments.of(Fair.normals(random, 3 + i % 6, 10, 1));
      Moments b = Moments.of(Fair.normals(random, 4 + i % 3, 11, .7));
      Interval interval = RatioOfMeans.of(a, b, .95).orElseThrow().interval();
      boolean differs = Welch.of(a, b, .95).p() < .05;
      assertThat(interval.contains(1)).isEqualTo(!differs);
      found += differs ? 1 : 0;
    }
    assertThat(found).isBetween(50, 250); // both cases were met
  }

  @Test
  void doesNotKnowUnitsAndTurnsOverWithItsArms() {
    Moments a = Moments.ofSd(5, 3, .2);
    Moments b = Moments.ofSd(7, 2, .1);
    Interval i = RatioOfMeans.of(a, b, .95).orElseThrow().interval();
    Interval inMillis = RatioOfMeans.of(a.times(1000), b.times(1000), .95).orElseThrow().interval();
    assertThat(inMillis.low()).isCloseTo(i.low(), within(1e-12));
    Interval turned = RatioOfMeans.of(b, a, .95).orElseThrow().interval();
    assertThat(turned.low()).isCloseTo(1 / i.high(), within(1e-12));
    assertThat(turned.high()).isCloseTo(1 / i.low(), within(1e-12));
  }

  @Test
  void whatHasNoFiniteIntervalHasNone() {
    Moments sure = Moments.ofSd(5, 3, .1);
    assertThat(RatioOfMeans.of(sure, Moments.ofSd(3, .1, 5), .95)).isEmpty();
    assertThat(RatioOfMeans.of(Moments.ofSd(3, .1, 5), sure, .95)).isEmpty();
    assertThat(RatioOfMeans.of(sure, Moments.ofSd(5, -2, .1), .95)).isEmpty();
    assertThat(RatioOfMeans.of(Moments.ofSd(2, 3, 0), Moments.ofSd(2, 2, 0), .95))
        .contains(new RatioOfMeans(1.5, new Interval(1.5, 1.5, .95)));
    assertThatThrownBy(() -> Moments.ofSd(1, 3, 0))
        .hasMessageContaining("n = 1, mean 3.0, variance 0.0 describe no sample");
  }
}
