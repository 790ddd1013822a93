package dev.steepest.lab.run;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where runs are made; none of it is part of what is run.
 *
 * @param data folder of data sets
 * @param device {@code auto}, {@code cpu}, {@code cuda:N} or {@code mps}
 * @param threads computing threads, or 0 for libtorch's choice
 * @param checkpointEvery longest time that a killed run loses
 * @param checkpoints what becomes of the checkpoint of a finished run
 */
public record Workplace(
    Path data, String device, int threads, Duration checkpointEvery, Checkpoints checkpoints) {

  public enum Checkpoints {
    KEEP,
    DROP
  }

  /** Assumed: nobody minds losing a minute. */
  public static final Duration USUAL_CHECKPOINT_INTERVAL = Duration.ofMinutes(1);
}
