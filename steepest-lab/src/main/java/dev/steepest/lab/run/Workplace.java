package dev.steepest.lab.run;

import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.task.TrainedNetworks;
import dev.steepest.study.track.Trackers;
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
 * @param trackers who is told of runs beside their records
 * @param trained whom to ask for networks that others have trained
 */
public record Workplace(
    Path data,
    String device,
    int threads,
    Duration checkpointEvery,
    Checkpoints checkpoints,
    Team team,
    Trackers trackers,
    TrainedNetworks trained) {

  public enum Checkpoints {
    KEEP,
    DROP
  }

  /** For this process alone. */
  public Workplace(
      Path data, String device, int threads, Duration checkpointEvery, Checkpoints checkpoints) {
    this(
        data,
        device,
        threads,
        checkpointEvery,
        checkpoints,
        Team.alone(),
        Trackers.NONE,
        TrainedNetworks.NONE);
  }

  /** The same, with others. */
  public Workplace with(Team others) {
    return new Workplace(
        data, device, threads, checkpointEvery, checkpoints, others, trackers, trained);
  }

  /** The same, with runs told to others. */
  public Workplace with(Trackers told) {
    return new Workplace(data, device, threads, checkpointEvery, checkpoints, team, told, trained);
  }

  /** The same, with another fate of checkpoints. */
  public Workplace with(Checkpoints fate) {
    return new Workplace(data, device, threads, checkpointEvery, fate, team, trackers, trained);
  }

  /** The same, with somebody to ask for trained networks. */
  public Workplace with(TrainedNetworks others) {
    return new Workplace(
        data, device, threads, checkpointEvery, checkpoints, team, trackers, others);
  }

  /** Assumed: nobody minds losing a minute. */
  public static final Duration USUAL_CHECKPOINT_INTERVAL = Duration.ofMinutes(1);
}
