package dev.steepest.lab.run;

import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.task.Task;
import dev.steepest.lab.train.Checkpointing;
import dev.steepest.lab.train.DrawnLabels;
import dev.steepest.lab.train.TrainListener;
import dev.steepest.lab.train.Trainer;
import dev.steepest.lab.train.TrainingResult;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.lab.train.Watching;
import dev.steepest.optim.Optimizer;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import java.util.HashSet;
import java.util.Set;
import org.bytedeco.pytorch.Device;

/**
 * Steps before the first run of a kind in this process, on a network that is thrown away, with
 * labels that mean nothing: what is compiled and prepared once belongs to no run's time. Runs draw
 * nothing from what these steps draw from.
 */
final class UntimedSteps {
  private final Device device;
  private final Team team;
  private final Set<Settings> done = new HashSet<>();
  private volatile Trainer running;
  private volatile boolean stopRequested;

  UntimedSteps(Device device, Team team) {
    this.device = device;
    this.team = team;
  }

  void before(RunSpec spec, Task task) {
    long steps = spec.settings().whole("training.untimed_steps");
    if (steps == 0 || done.contains(spec.settings())) {
      return;
    }
    Dealing together = new Dealing(team);
    try (Network network = task.network(device);
        Optimizer optimizer = task.optimizer(network, together);
        Trainer loop = trainer(network, optimizer, together, task, steps)) {
      running = loop;
      if (stopRequested) {
        loop.requestStop();
      }
      TrainingResult result = loop.run();
      if (result.end() != End.STOPPED) { // labels that mean nothing may well diverge
        done.add(spec.settings());
      }
    } finally {
      running = null;
    }
  }

  private Trainer trainer(
      Network network, Optimizer optimizer, Dealing together, Task task, long steps) {
    together.take(optimizer);
    return new Trainer(
        network,
        optimizer,
        together,
        task.schedules(network, optimizer),
        new DrawnLabels(task.data(), task.labels()),
        task.plan().withSteps(steps).withWatching(Watching.NOTHING),
        device,
        Checkpointing.OFF,
        TrainListener.SILENT);
  }

  /** Ends the steps under way before their next one, and all later ones; from any thread. */
  void requestStop() {
    stopRequested = true;
    Trainer loop = running;
    if (loop != null) {
      loop.requestStop();
    }
  }
}
