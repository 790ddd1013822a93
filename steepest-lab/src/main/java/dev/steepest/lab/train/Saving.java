package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Agreement;
import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.CheckpointCadence.Moment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/** Writes the checkpoints of a run, and goes back to one. */
final class Saving {
  private final Checkpointing checkpointing;
  private final Network network;
  private final Objective objective;
  private final Dealing together;
  private final Team team;
  private final TrainingStep step;
  private final Progress progress;
  private final Looks looks;
  private final String identity;
  private final TrainListener listener;
  private final CheckpointCadence cadence;
  private SavePoint saved;

  /** What tells two states of a run apart: an epoch's end comes after its last step. */
  private record SavePoint(long epoch, long steps) {}

  /**
   * @param identity what a run must have in common with one that goes on with it
   */
  Saving(
      Checkpointing checkpointing,
      Network network,
      Objective objective,
      Dealing together,
      TrainingStep step,
      Progress progress,
      Looks looks,
      String identity,
      TrainListener listener) {
    this.checkpointing = checkpointing;
    this.network = network;
    this.objective = objective;
    this.together = together;
    team = together.team();
    this.step = step;
    this.progress = progress;
    this.looks = looks;
    this.identity = identity;
    this.listener = listener;
    cadence = new CheckpointCadence(checkpointing.interval(), System::nanoTime);
  }

  /** Whether checkpoints are written at all. */
  boolean isOn() {
    return checkpointing.isOn();
  }

  /** Rank 0's clock decides for all. */
  boolean isDue(Moment moment) {
    return isOn() && team.any(team.leads() && cadence.isDue(moment));
  }

  /** Saves where the run stands, if that is not saved yet. */
  void save() {
    SavePoint here = new SavePoint(progress.epoch(), progress.steps());
    if (here.equals(saved)) {
      return;
    }
    cadence.measure(() -> {
      Agreement.require(team, network.parameters(), progress.steps());
      step.shareStatistics();
      try (PointerScope _ = new PointerScope()) {
        Checkpoint whole = checkpoint();
        team.unhurried(() -> writer().ifPresent(whole::write));
      }
    });
    saved = here;
    team.unhurried(
        () -> writer().ifPresent(file -> listener.onCheckpoint(progress.position(), file)));
  }

  /** The file, in the one process that writes it. */
  private Optional<Path> writer() {
    return checkpointing.file().filter(_ -> team.leads());
  }

  private Checkpoint checkpoint() {
    return new Checkpoint(
        network.state(),
        together.state(),
        objective.state(),
        progress.position(),
        progress.dataSeconds(),
        looks.sums(),
        step.scaler().state(),
        looks.watcher().state(),
        identity);
  }

  /**
   * Goes back to a checkpoint.
   *
   * @throws IllegalArgumentException when it comes from a run of another kind
   */
  void resume(Path file) {
    try (PointerScope _ = new PointerScope()) {
      Checkpoint found = Checkpoint.read(file, together);
      if (!found.identity().equals(identity)) {
        throw new IllegalArgumentException(
            "%s was written by a run with [%s], this one has [%s]; resume with the same settings."
                .formatted(file, found.identity(), identity));
      }
      network.load(found.network());
      together.load(found.optimizer());
      restore(objective.state(), found.objective());
      step.scaler().restore(found.scaler());
      progress.restore(found.position(), found.dataSeconds());
      looks.restore(found.sums());
      looks.watcher().restore(found.watch());
      saved = new SavePoint(progress.epoch(), progress.steps());
    }
  }

  private static void restore(Map<String, Tensor> state, Map<String, Tensor> found) {
    if (!state.keySet().equals(found.keySet())) {
      throw new IllegalArgumentException(
          "The checkpoint holds %s of what the run is for, expected is %s."
              .formatted(found.keySet(), state.keySet()));
    }
    try (AutoGradMode _ = new AutoGradMode(false)) {
      state.forEach((name, tensor) -> tensor.copy_(found.get(name)));
    }
  }
}
