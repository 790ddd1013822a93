package dev.steepest.study.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SignTestsTest {
  /** Darwin's maize, crossed less self-fertilised, eighths of an inch (Fisher 1935, §21). */
  private static final double[] DARWIN = {
    49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48
  };

  @Test
  void fishersCountOfDarwinsMaize() {
    // Fisher: 1726 of 32768 patterns; also python3: sum over itertools.product((1, -1), repeat=15)
    SignFlip flip = SignFlip.of(DARWIN, new double[15], 0);
    assertThat(flip.method()).isEqualTo(SignFlip.Method.EXACT);
    assertThat(flip.p()).isEqualTo(1726 / 32768.0);
  }

  @Test
  void samplingComesCloseToEnumeration() {
    double[] many = new double[25];
    System.arraycopy(DARWIN, 0, many, 0, 15);
    // ten zeros change neither the sum nor its distribution
    SignFlip flip = SignFlip.of(many, new double[25], 3);
    assertThat(flip.method()).isEqualTo(SignFlip.Method.MONTE_CARLO);
    // standard error .0007
    assertThat(flip.p()).isCloseTo(1726 / 32768.0, within(.003));
    assertThat(SignFlip.of(many, new double[25], 3)).isEqualTo(flip);
  }

  @Test
  void enumerationAgreesWithBruteForce() {
    long seed = 4;
    SplittableRandom random = new SplittableRandom(seed);
    for (int n = 1; n <= 10; n++) {
      double[] d = Fair.normals(random, n, .5, 1);
      double sum = 0;
      for (double one : d) {
        sum += one;
      }
      int hits = 0;
      for (int pattern = 0; pattern < 1 << n; pattern++) {
        double flipped = 0;
        for (int i = 0; i < n; i++) {
          flipped += (pattern >> i & 1) == 0 ? d[i] : -d[i];
        }
        hits += Math.abs(flipped) >= Math.abs(sum) - 1e-12 ? 1 : 0;
      }
      assertThat(SignFlip.of(d, new double[n], 0).p())
          .as("seed %d, n = %d", seed, n)
          .isCloseTo(hits / (double) (1 << n), within(1e-15));
    }
  }

  @Test
  void floorIsTheOneOfTheSpecification() {
    assertThat(SignFlip.smallestP(3)).isEqualTo(.25);
    assertThat(SignFlip.smallestP(5)).isEqualTo(.0625);
    assertThat(SignFlip.smallestP(6)).isEqualTo(.03125);
    assertThat(SignFlip.smallestP(8)).isEqualTo(.0078125);
    assertThat(SignFlip.fewestPairs(.05)).isEqualTo(6);
    assertThat(SignFlip.fewestPairs(.01)).isEqualTo(8);
    // unanimous signs reach the floor
    assertThat(SignFlip.of(new double[] {1, 2, 3, 4, 5, 6}, new double[6], 0).p())
        .isEqualTo(.03125);
  }

  @Test
  void signTestIsTheBinomial() {
    // python3: 2 * sum(math.comb(10, k) for k in range(2)) / 2**10
    assertThat(SignTest.of(9, 1).p()).isCloseTo(.021484375, within(1e-15));
    assertThat(SignTest.of(1, 9).p()).isCloseTo(.021484375, within(1e-15));
    assertThat(SignTest.of(3, 3).p()).isEqualTo(1);
    assertThat(SignTest.of(0, 0).p()).isEqualTo(1);
  }
}
