package dev.steepest.lab.run;

import dev.steepest.lab.data.DataException;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.task.Task;
import dev.steepest.lab.task.TaskData;
import dev.steepest.lab.train.Checkpointing;
import dev.steepest.lab.train.TrainListener;
import dev.steepest.lab.train.Trainer;
import dev.steepest.optim.Optimizer;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Device;

/**
 * Builds every part of every distinct configuration once, before the first run, so that what does
 * not fit together is said at once and not after hours.
 */
final class Rehearsal {
  private final DataShelf shelf;
  private final Device device;
  private final Team team;

  /**
   * @param team who will train; only this process rehearses
   */
  Rehearsal(DataShelf shelf, Device device, Team team) {
    this.shelf = shelf;
    this.device = device;
    this.team = team;
  }

  List<String> problems(List<RunSpec> plan) {
    List<String> problems = new ArrayList<>();
    Set<Settings> seen = new HashSet<>();
    for (RunSpec spec : plan) {
      if (seen.add(spec.settings())) {
        problem(spec).filter(p -> !problems.contains(p)).ifPresent(problems::add);
      }
    }
    return problems;
  }

  private Optional<String> problem(RunSpec spec) {
    try {
      rehearse(spec, shelf.of(spec));
      return Optional.empty();
    } catch (DataException e) {
      return Optional.of(e.getMessage());
    } catch (IllegalArgumentException e) {
      return Optional.of(spec.problem() + ", " + spec.arm() + ": " + e.getMessage());
    }
  }

  private void rehearse(RunSpec spec, TaskData data) {
    Task task = data.task(spec, RunTraining.prefetch(device));
    if (team.size() > 1 && !task.sharesBatches()) {
      throw new IllegalArgumentException(
          "images are distilled by one process, not by a team of %d: each step takes all of them at once; start it without launch"
              .formatted(team.size()));
    }
    long batch = task.largestBatch();
    long samples = task.trainingSamples();
    if (batch > samples) {
      throw new IllegalArgumentException(
          "%s = %d is more than the %d training %s of %s; allowed: 1 to %d"
              .formatted(
                  spec.settings().has("training.batch_schedule")
                      ? "training.batch_schedule: a batch"
                      : "training.batch",
                  batch,
                  samples,
                  task.sampleNoun(),
                  spec.settings().text("data.name"),
                  samples));
    }
    if (device.is_cpu()) {
      task.demand().ifPresent(demand -> MemoryEstimate.check(demand, Machine.availableMemory()));
    }
    try (Network network = task.network(device);
        Optimizer optimizer = task.optimizer(network);
        Trainer trainer =
            new Trainer(
                network,
                optimizer,
                task.schedules(network, optimizer),
                task.data(),
                task.plan(),
                device,
                Checkpointing.OFF,
                TrainListener.SILENT)) {
      if (device.is_cpu()) { // a GPU says by itself when it is full
        MemoryEstimate.check(
            task.plan(),
            batch,
            MemoryEstimate.Holders.of(team),
            task.probe(),
            trainer.objective(),
            Machine.availableMemory());
      }
    }
  }
}
