package dev.steepest.study.sweep;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to try again where a store is out of reach. Pauses double from the first to the longest;
 * each is shortened by up to half at random, so that many agents do not return in one instant.
 *
 * @param first pause
 * @param longest pause
 * @param altogether no attempt is made later than this after the first one failed
 */
public record Patience(Duration first, Duration longest, Duration altogether) {

  /** Outlasts the restart of a server; assumed. */
  public static final Patience DEFAULT =
      new Patience(Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(60));

  public Patience {
    if (!first.isPositive() || longest.compareTo(first) < 0 || altogether.isNegative()) {
      throw new IllegalArgumentException(
          "pauses of a positive length are needed, the first no longer than the longest: "
              + first
              + ", "
              + longest
              + ", "
              + altogether);
    }
  }

  /** The pause after {@code failures} attempts in vain, from 1. */
  Duration pause(int failures) {
    double doubled = first.toMillis() * Math.pow(2, failures - 1);
    double whole = Math.min(doubled, longest.toMillis());
    return Duration.ofMillis(
        Math.max(1, (long) (whole * ThreadLocalRandom.current().nextDouble(0.5, 1))));
  }
}
