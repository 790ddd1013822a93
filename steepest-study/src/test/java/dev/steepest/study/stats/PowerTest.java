package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;

class PowerTest {
  @Test
  void theSpecificationsPlanForCifar10() {
    assertThat(Power.seedsPerArm(.1, .15, .05, .8)).hasValue(37);
    assertThat(Power.pairs(.1, .15, .8, .05, .8)).hasValue(10);
  }

  @Test
  void agreesWithR() {
    // R: power.t.test(n = 20, delta = 1, sd = 1): power = 0.8689528
    assertThat(Power.ofArms(20, 1, .05)).isCloseTo(.8689528, within(5e-7));
    // R: power.t.test(power = .90, delta = 1): n = 22.02110
    assertThat(Power.seedsPerArm(1, 1, .05, .9)).hasValue(23);
  }

  @Test
  void noncentralTAgreesWithAnotherIntegral() {
    // python3, midpoint rule with 20,000 (ν = 1: 200,000) panels over the density of √(χ²/ν)
    assertThat(NoncentralT.cumulative(1.5, 5, .7)).isCloseTo(.7447233113, within(1e-9));
    assertThat(NoncentralT.cumulative(2, 1, 1)).isCloseTo(.6228719646, within(1e-8));
    assertThat(NoncentralT.cumulative(-1, 3, 2)).isCloseTo(.0030052476, within(1e-9));
  }

  @Test
  void noncentralTWithoutShiftIsStudents() {
    for (double nu : new double[] {1, 2, 7, 40, 5000}) {
      for (double t = -4; t <= 4; t += .5) {
        assertThat(NoncentralT.cumulative(t, nu, 0))
            .as("t %s nu %s", t, nu)
            .isCloseTo(TDistribution.of(nu).cumulativeProbability(t), within(1e-9));
      }
    }
  }

  @Test
  void simulationKeepsThePromise() {
    long seed = 99;
    SplittableRandom random = new SplittableRandom(seed);
    int shown = 0;
    for (int i = 0; i < 4000; i++) {
      double[] a = new double[10];
      double[] b = new double[10];
      for (int k = 0; k < 10; k++) {
        double shared = Math.sqrt(.8) * random.nextGaussian();
        a[k] = .1 + .15 * (shared + Math.sqrt(.2) * random.nextGaussian());
        b[k] = .15 * (shared + Math.sqrt(.2) * random.nextGaussian());
      }
      shown += PairedT.of(a, b, .95).p() < .05 ? 1 : 0;
    }
    // .842 by the formula; standard error .0058, four of them
    assertThat(shown / 4000.0)
        .as("seed " + seed)
        .isCloseTo(Power.ofPairs(10, .1 / (.15 * Math.sqrt(.4)), .05), within(.023));
  }

  @Test
  void moreSeedsShowSmallerDifferences() {
    double before = Double.POSITIVE_INFINITY;
    for (int n = 2; n < 40; n += 3) {
      double now = Power.detectable(n, 1, .05, .8);
      assertThat(now).isLessThan(before);
      assertThat(Power.ofPairs(n, now, .05)).isCloseTo(.8, within(1e-9));
      before = now;
    }
    assertThat(Power.pairs(1e-9, 1, .05, .8)).isEmpty();
  }

  @Test
  void refusesToPlanForNothing() {
    assertThatThrownBy(() -> Power.pairs(0, 1, .05, .8)).hasMessageContaining("must not be zero");
    assertThatThrownBy(() -> Power.pairs(.1, .1, 1.0, .05, .8)).hasMessageContaining("[-1, 1)");
    assertThatThrownBy(() -> Power.detectable(1, 1, .05, .8))
        .hasMessageContaining("two are the least");
  }
}
