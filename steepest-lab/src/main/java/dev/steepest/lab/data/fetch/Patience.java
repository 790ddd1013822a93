package dev.steepest.lab.data.fetch;

import java.time.Duration;

/**
 * How long a fetch puts up with a bad connection.
 *
 * @param attempts in succession without a single new byte before it gives up, at least 1
 * @param pause before the second attempt; doubles with each further one
 * @param stall silence after which a transfer counts as broken
 */
public record Patience(int attempts, Duration pause, Duration stall) {

  /** Assumed: survives a router's restart, and ends within minutes where nothing answers. */
  public static final Patience USUAL =
      new Patience(5, Duration.ofSeconds(1), Duration.ofSeconds(60));

  public Patience {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, got " + attempts);
    }
  }
}
