package dev.steepest.lab.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how often the state of a run is saved.
 *
 * @param file the one checkpoint of the run, replaced each time; empty where this process writes
 *     none
 * @param every time between checkpoints within an epoch; there is one at each epoch's end besides.
 *     Either is put off while checkpoints would take more than one percent of the time. Empty =
 *     none is written by any process
 */
public record Checkpointing(Optional<Path> file, Optional<Duration> every) {
  /** No checkpoints. */
  public static final Checkpointing OFF = new Checkpointing(Optional.empty(), Optional.empty());

  public Checkpointing {
    every
        .filter(Duration::isNegative)
        .ifPresent(negative -> {
          throw new IllegalArgumentException(
              "The time between checkpoints is negative: " + negative);
        });
  }

  /** One file, replaced at the end of epochs and every so often between. */
  public static Checkpointing to(Path file, Duration every) {
    return new Checkpointing(Optional.of(file), Optional.of(every));
  }

  /** Whether checkpoints are written at all. */
  boolean isOn() {
    return every.isPresent();
  }

  /** Nanoseconds between checkpoints within an epoch. */
  long interval() {
    return every.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }
}
