package dev.steepest.lab.run;

import dev.steepest.lab.distributed.Team;
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
 * @param team the processes that make each run together
 */
public record Workplace(
    Path data,
    String device,
    int threads,
    Duration checkpointEvery,
    Checkpoints checkpoints,
    Team team) {

  public enum Checkpoints {
    KEEP,
    DROP
  }

  /** For this process alone. */
  public Workplace(
      Path data, String device, int threads, Duration checkpointEvery, Checkpoints checkpoints) {
    this(data, device, threads, checkpointEvery, checkpoints, Team.alone());
  }

  /** The same, with others. */
  public Workplace with(Team others) {
    return new Workplace(data, device, threads, checkpointEvery, checkpoints, others);
  }

  /** Assumed: nobody minds losing a minute. */
  public static final Duration USUAL_CHECKPOINT_INTERVAL = Duration.ofMinutes(1);
}
