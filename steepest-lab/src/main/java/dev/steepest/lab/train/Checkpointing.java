package dev.steepest.lab.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where and how often the state of a run is saved.
 *
 * @param file the one checkpoint of the run, replaced each time; empty = none is written
 * @param every time between checkpoints within an epoch; there is one at each epoch's end besides.
 *     Either is put off while checkpoints would take more than one percent of the time
 */
public record Checkpointing(Optional<Path> file, Duration every) {
  /** No checkpoints. */
  public static final Checkpointing OFF = new Checkpointing(Optional.empty(), Duration.ofDays(365));

  public Checkpointing {
    if (every.isNegative()) {
      throw new IllegalArgumentException("The time between checkpoints is negative: " + every);
    }
  }

  /** One file, replaced at the end of epochs and every so often between. */
  public static Checkpointing to(Path file, Duration every) {
    return new Checkpointing(Optional.of(file), every);
  }
}
