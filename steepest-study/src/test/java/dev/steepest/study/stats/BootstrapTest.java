package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  /** Spatial test data, column A (Efron and Tibshirani 1993, table 14.1). */
  private static final double[] SPATIAL = {
    48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30,
    41
  };

  @Test
  void agreesWithEfronAndTibshiranisVariance() {
    Bootstrap b = Bootstrap.bca(SPATIAL, BootstrapTest::pluginVariance, .9, 1);
    assertThat(b.estimate()).isCloseTo(171.5, within(.05));
    // their a = .061 (python3, same formula: .06124), z0 = .146, interval 115.8 to 259.6, all from
    // 2000 resamples,
    // whose standard error at these ends is about 3 and 8
    assertThat(b.acceleration()).isCloseTo(.06124, within(1e-5));
    assertThat(b.bias()).isCloseTo(.146, within(.05));
    assertThat(b.interval().low()).isCloseTo(115.8, within(5.0));
    assertThat(b.interval().high()).isCloseTo(259.6, within(12.0));
    assertThat(b.warning()).isEmpty();
    assertThat(b.resamples()).isEqualTo(10_000);
  }

  @Test
  void bothIntervalsOfTheMeanAgreeWithScipy() {
    // python3: scipy.stats.bootstrap((x,), np.mean, n_resamples=2_000_000, batch=20_000,
    // method=m, random_state=1).confidence_interval with m = 'percentile' and 'BCa'
    Bootstrap b = Bootstrap.bca(SPATIAL, BootstrapTest::mean, .95, 200_000, 5);
    // standard error of a 2.5 % quantile of 200,000 draws with sd 2.57: .015, in steps of 1/26
    assertThat(b.percentile().low()).isCloseTo(24.4615, within(.08));
    assertThat(b.percentile().high()).isCloseTo(34.5385, within(.08));
    assertThat(b.interval().low()).isCloseTo(24.1154, within(.08));
    assertThat(b.interval().high()).isCloseTo(34.2692, within(.08));
    assertThat(Bootstrap.ofMean(SPATIAL, .95, 5).percentile().low()).isCloseTo(24.46, within(.3));
  }

  @Test
  void warnsBelowTen() {
    Bootstrap b = Bootstrap.bca(new double[] {1, 2, 4}, BootstrapTest::mean, .95, 1);
    assertThat(b.warning()).hasValueSatisfying(w -> assertThat(w).contains("n = 3", "t interval"));
  }

  @Test
  void movesWithTheDataAndRepeatsWithTheSeed() {
    double[] a = Fair.normals(new SplittableRandom(2), 15, 0, 1);
    Bootstrap at0 = Bootstrap.bca(a, BootstrapTest::mean, .95, 9);
    Bootstrap at5 = Bootstrap.bca(Fair.shifted(a, 5), BootstrapTest::mean, .95, 9);
    assertThat(at5.interval().low()).isCloseTo(at0.interval().low() + 5, within(1e-9));
    assertThat(at5.interval().high()).isCloseTo(at0.interval().high() + 5, within(1e-9));
    assertThat(Bootstrap.bca(a, BootstrapTest::mean, .95, 9)).isEqualTo(at0);
  }

  @Test
  void coversTheMean() {
    long seed = 31;
    SplittableRandom random = new SplittableRandom(seed);
    int covered = 0;
    for (int i = 0; i < 300; i++) {
      double[] sample = Fair.normals(random, 20, 0, 1);
      covered +=
          Bootstrap.bca(sample, BootstrapTest::mean, .9, 1000, i).interval().contains(0) ? 1 : 0;
    }
    // .9 at most, some .03 less at n = 20; standard error .018
    assertThat(covered / 300.0).as("seed " + seed).isBetween(.81, .96);
  }

  @Test
  void constantsHaveAnIntervalOfNoWidth() {
    Bootstrap b = Bootstrap.bca(new double[] {2, 2, 2}, BootstrapTest::mean, .95, 1);
    assertThat(b.interval()).isEqualTo(new Interval(2, 2, .95));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double pluginVariance(double[] values) {
    double mean = mean(values);
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }
}
