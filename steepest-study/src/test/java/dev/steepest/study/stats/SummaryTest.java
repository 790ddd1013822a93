package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final double[] ONE_TO_TEN = {3, 1, 2, 10, 9, 8, 4, 5, 7, 6};

  @Test
  void agreesWithTheTextbook() {
    Summary s = Summary.of(ONE_TO_TEN, .95);
    assertThat(s.n()).isEqualTo(10);
    assertThat(s.mean()).isEqualTo(5.5);
    // python3: statistics.stdev(range(1, 11)) = 3.0276503540974917
    assertThat(s.sd().getAsDouble()).isCloseTo(3.0276503540974917, within(1e-14));
    // R: quantile(1:10) gives 3.25, 5.5, 7.75
    assertThat(s.firstQuartile()).isEqualTo(3.25);
    assertThat(s.median()).isEqualTo(5.5);
    assertThat(s.thirdQuartile()).isEqualTo(7.75);
    // two values are cut at either end: the mean of 3 … 8
    assertThat(s.iqm()).isEqualTo(5.5);
    // NIST table of Student's t: t(.975; 9) = 2.262
    Interval i = s.interval().orElseThrow();
    assertThat(i.halfWidth()).isCloseTo(2.262157 * 3.02765035 / Math.sqrt(10), within(1e-6));
  }

  @Test
  void oneValueHasNoSpreadAndNoInterval() {
    Summary s = Summary.of(new double[] {.94}, .95);
    assertThat(s.sd()).isEmpty();
    assertThat(s.interval()).isEmpty();
    assertThat(s.median()).isEqualTo(.94);
  }

  @Test
  void interquartileMeanForgetsTheEnds() {
    double mean = Summary.of(new double[] {-1e9, 1, 2, 3, 4, 5, 6, 1e9}, .95).iqm();
    assertThat(mean).isEqualTo(3.5);
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> Summary.of(new double[] {1, Double.NaN}, .95))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("values[1] is NaN; only finite numbers can be summarised");
    assertThatThrownBy(() -> Summary.of(new double[0], .95))
        .hasMessage("values has 0 values; at least 1 are needed");
  }

  @Test
  void intervalCoversTheMeanAsOftenAsItPromises() {
    long seed = 7;
    SplittableRandom random = new SplittableRandom(seed);
    int covered = 0;
    for (int i = 0; i < 4000; i++) {
      if (Summary.of(Fair.normals(random, 4, 1, 2), .9).interval().orElseThrow().contains(1)) {
        covered++;
      }
    }
    // standard error .0047: four of them
    assertThat(covered / 4000.0).as("seed " + seed).isCloseTo(.9, within(.019));
  }
}
