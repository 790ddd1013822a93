package dev.steepest.study.stats;

import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * How many seeds a wanted difference needs, from the noncentral t distribution (two-sided tests).
 *
 * <p>CIFAR-10 with σ = .15 points and a wanted difference of .1 points at α = .05 and power .8: 37
 * seeds per arm where arms are independent, 10 pairs where paired runs correlate with ρ = .8.
 */
public final class Power {
  /** More seeds than anyone will run; beyond it the answer is empty. Assumed. */
  public static final int MOST_SEEDS = 100_000;

  private Power() {}

  /**
   * Probability that {@code n} pairs show a mean difference of {@code effect} standard deviations
   * of the differences.
   */
  public static double ofPairs(int n, double effect, double alpha) {
    return n < 2 ? 0 : power(Math.abs(effect) * Math.sqrt(n), n - 1, alpha);
  }

  /**
   * Probability that {@code n} seeds per arm show a difference of {@code effect} standard
   * deviations of one arm.
   */
  public static double ofArms(int n, double effect, double alpha) {
    return n < 2 ? 0 : power(Math.abs(effect) * Math.sqrt(n / 2.0), 2.0 * n - 2, alpha);
  }

  /**
   * Seeds per arm, unpaired, both arms with standard deviation {@code sigma}. Empty beyond {@link
   * #MOST_SEEDS}.
   */
  public static OptionalInt seedsPerArm(
      double difference, double sigma, double alpha, double power) {
    double effect = effect(difference, sigma);
    checkPower(power);
    return fewest(n -> ofArms(n, effect, alpha) >= power);
  }

  /**
   * Pairs of runs whose values have standard deviation {@code sigma} and correlate with {@code
   * rho}.
   */
  public static OptionalInt pairs(
      double difference, double sigma, double rho, double alpha, double power) {
    if (!(rho >= -1 && rho < 1)) {
      throw new IllegalArgumentException("rho is " + rho + "; it must lie in [-1, 1)");
    }
    return pairs(difference, sigma * Math.sqrt(2 * (1 - rho)), alpha, power);
  }

  /**
   * Pairs of runs whose differences have standard deviation {@code sd}. Empty beyond {@link
   * #MOST_SEEDS}.
   */
  public static OptionalInt pairs(double difference, double sd, double alpha, double power) {
    double effect = effect(difference, sd);
    checkPower(power);
    return fewest(n -> ofPairs(n, effect, alpha) >= power);
  }

  /**
   * The smallest difference that {@code n} ≥ 2 pairs show with probability {@code power}; in units
   * of {@code sd}.
   */
  public static double detectable(int n, double sd, double alpha, double power) {
    if (n < 2) {
      throw new IllegalArgumentException(
          "no difference can be shown by " + n + " pairs; two are the least");
    }
    checkPower(power);
    double high = 1;
    while (ofPairs(n, high, alpha) < power) {
      high *= 2;
    }
    double low = 0;
    for (int i = 0; i < 50; i++) {
      double middle = (low + high) / 2;
      if (ofPairs(n, middle, alpha) < power) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high * sd;
  }

  private static double power(double delta, double nu, double alpha) {
    double critical = StudentT.critical(1 - Samples.level(alpha), nu);
    return 1
        - NoncentralT.cumulative(critical, nu, delta)
        + NoncentralT.cumulative(-critical, nu, delta);
  }

  private static double effect(double difference, double sd) {
    if (!(Math.abs(difference) > 0) || !(sd >= 0)) {
      throw new IllegalArgumentException(
          "a difference of "
              + difference
              + " at a spread of "
              + sd
              + " cannot be planned for: the difference must not be zero, the spread must be ≥ 0");
    }
    return difference / Math.max(sd, Double.MIN_NORMAL);
  }

  private static void checkPower(double power) {
    if (!(power > 0 && power < 1)) {
      throw new IllegalArgumentException("power is " + power + "; it must lie in (0, 1), e.g. 0.8");
    }
  }

  private static OptionalInt fewest(IntPredicate enough) {
    int high = 2;
    while (!enough.test(high)) {
      if (high >= MOST_SEEDS) {
        return OptionalInt.empty();
      }
      high = Math.min(2 * high, MOST_SEEDS);
    }
    int low = 1;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (enough.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalInt.of(high);
  }
}
