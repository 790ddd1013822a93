package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  @Test
  void agreesWithRsCorTestOnAnscombe() {
    // R: cor.test(anscombe$x1, anscombe$y1); python3 gives the same from the formulae with
    // math.atanh
    double[] x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    double[] y = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
    Correlation c = Correlation.of(x, y, .95).orElseThrow();
    assertThat(c.rho()).isCloseTo(.81642051634484, within(1e-13));
    assertThat(c.interval().orElseThrow().low()).isCloseTo(.42439121339, within(1e-10));
    assertThat(c.interval().orElseThrow().high()).isCloseTo(.95069325378, within(1e-10));
  }

  @Test
  void isEmptyWhereItIsUndefined() {
    assertThat(Correlation.of(new double[] {1, 2}, new double[] {2, 1}, .95)).isEmpty();
    assertThat(Correlation.of(new double[] {1, 1, 1}, new double[] {2, 1, 3}, .95)).isEmpty();
    assertThat(Correlation.of(new double[0], new double[0], .95)).isEmpty();
  }

  @Test
  void knowsNoUnits() {
    SplittableRandom random = new SplittableRandom(5);
    double[] a = Fair.normals(random, 12, 0, 1);
    double[] b = Fair.normals(random, 12, 0, 1);
    double rho = Correlation.of(a, b, .95).orElseThrow().rho();
    double[] scaled = Arrays.stream(b).map(x -> 100 * x - 7).toArray();
    assertThat(Correlation.of(a, scaled, .95).orElseThrow().rho()).isCloseTo(rho, within(1e-12));
    Correlation line = Correlation.of(a, Fair.shifted(a, 3), .95).orElseThrow();
    assertThat(line.rho()).isCloseTo(1, within(1e-12));
    assertThat(line.interval().orElseThrow().high()).isLessThanOrEqualTo(1);
  }
}
