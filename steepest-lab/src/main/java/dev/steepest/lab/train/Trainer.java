package dev.steepest.lab.train;

import dev.steepest.lab.distributed.Agreement;
import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.CheckpointCadence.Moment;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.lab.train.TrainingStep.Look;
import dev.steepest.lab.train.TrainingStep.Seen;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains a network: {@link #run} is the loop.
 *
 * <p>Network and optimizer belong to the caller; the network is moved to the device. A trainer runs
 * once; {@link #requestStop} and {@link #requestEnd} may be called from any thread.
 */
public final class Trainer implements AutoCloseable {
  /** Assumed: a comparison costs a hundredth of a step or less, and a wrong bit is found soon. */
  private static final long STEPS_PER_CHECK = 100;

  private final Network network;
  private final Team team;
  private final TrainingData data;
  private final TrainingPlan plan;
  private final TrainListener listener;
  private final Objective objective;
  private final TrainingStep step;
  private final Transfer transfer;
  private final Progress progress;
  private final Watcher watcher;
  private final Looks looks;
  private final Saving saving;
  private final long total;
  private final double epochs;
  private boolean prepared;
  private End ending = End.FINISHED;
  private String reason = "";
  private volatile boolean stopRequested;
  private volatile Optional<String> endRequested = Optional.empty();

  /**
   * Prepares a run from the beginning; {@link #resume} makes it go on from a checkpoint.
   *
   * @param schedules count optimizer steps, from 0
   * @throws IllegalArgumentException when the device cannot train in the plan's precision, or the
   *     plan freezes what is not there
   */
  public Trainer(
      Network network,
      Optimizer optimizer,
      GroupSchedules schedules,
      TrainingData data,
      TrainingPlan plan,
      Device device,
      Checkpointing checkpointing,
      TrainListener listener) {
    this(
        network,
        optimizer,
        Dealing.alone(optimizer),
        schedules,
        data,
        plan,
        device,
        checkpointing,
        listener);
  }

  /**
   * The same for one of several processes that train the network together: each trains on its share
   * of every batch and looks at its share of the evaluation; all stop, save and diverge at the same
   * step. Rank 0 alone writes checkpoints, and reads them for all; statistics of batch
   * normalisation are rank 0's wherever the network is looked at or saved.
   *
   * @param together has taken the optimizer
   */
  public Trainer(
      Network network,
      Optimizer optimizer,
      Dealing together,
      GroupSchedules schedules,
      TrainingData data,
      TrainingPlan plan,
      Device device,
      Checkpointing checkpointing,
      TrainListener listener) {
    this.network = network.to(device, ScalarType.Float);
    team = together.team();
    this.data = data;
    this.plan = plan;
    this.listener = listener;
    total = plan.steps(data.pace());
    epochs = plan.length().epochs(data.pace());
    progress = new Progress(device);
    plan.watching().requireAmong(data.evaluationSets());
    watcher = new Watcher(plan.watching(), network, optimizer, team);
    objective = data.objective(network, plan);
    step =
        new TrainingStep(
            network,
            objective,
            optimizer,
            together,
            watcher.over(schedules),
            plan,
            data.pace(),
            device);
    transfer = new Transfer(device, plan.layout());
    var evaluator =
        new Evaluator(network, objective, optimizer, transfer, plan.evaluation().precision(), team);
    looks =
        new Looks(
            evaluator,
            step,
            progress,
            data,
            plan.evaluation(),
            total,
            device,
            team,
            listener,
            watcher);
    saving =
        new Saving(
            checkpointing,
            network,
            objective,
            together,
            step,
            progress,
            looks,
            plan.identity(data, network),
            listener);
  }

  /** What the network is trained for; the trainer's own, which closes it. */
  public Objective objective() {
    return objective;
  }

  /** Trains until the plan is done, the loss diverges, or somebody asks for a stop or the end. */
  public TrainingResult run() {
    network.train();
    network.state().values().forEach(tensor -> team.spread(tensor, 0));
    progress.training().start();
    if (progress.steps() == 0 && !prepared) {
      transfer.prepare(network, data);
    }
    if (watcher.hasSeenEnough() || (owesLook() && !look())) {
      return end();
    }
    while (progress.epoch() < epochs) {
      try (BatchStream batches = data.training(progress.epoch(), progress.batch())) {
        while (progress.steps() < total && batches.hasNext()) {
          if (isAskedToEnd() || !train(progress.next(batches))) {
            return end();
          }
          if (plan.evaluation().isDueAfterStep(progress.steps(), total) && !look()) {
            return end();
          }
          agreeIfDue();
          saveIfDue(Moment.AFTER_STEP);
        }
      }
      progress.endEpoch();
      if (plan.evaluation().isDueAfterEpoch(progress.epoch(), progress.steps(), total) && !look()) {
        return end();
      }
      saveIfDue(Moment.AFTER_EPOCH);
    }
    return end();
  }

  /**
   * Ends the run before its next step, after a checkpoint; a look under way is broken off, and made
   * when the run goes on. Whoever handles SIGINT or SIGTERM calls this and waits for {@link #run}
   * to return before the process may exit: an exit in the midst of a step takes oneDNN's generated
   * code away under the computing threads and crashes.
   */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * Ends the run for good before its next step: nobody shall go on with it. A look under way is
   * finished; after the last step this has no effect.
   *
   * @param why in a sentence, for the record
   */
  public void requestEnd(String why) {
    endRequested = Optional.of(why);
  }

  /** Whether anybody asked for a stop or the end, which all members of a team learn together. */
  private boolean isAskedToEnd() {
    if (!team.any(stopRequested || endRequested.isPresent())) {
      return false;
    }
    boolean forGood = team.any(endRequested.isPresent());
    ending = forGood ? End.TERMINATED : End.STOPPED;
    reason = forGood ? endRequested.orElse("Another process ended the run.") : "";
    return true;
  }

  /**
   * Measures the network on data that the loop does not see, at the optimizer's evaluation point,
   * with the plan's views. That is the end of the run, and within its time; what every sample
   * scores as it is, where it is shown in several views, is not.
   *
   * @param data opens the data, once or twice
   * @return empty where a stop was asked for before the end
   */
  public Optional<FinalReport> evaluate(Supplier<BatchStream> data) {
    return looks.last(data, () -> stopRequested);
  }

  /**
   * The step after which the network was best, of a plan with early stopping: when {@link #run} has
   * finished, the network has the weights of then. Empty where no look has said a finite number.
   */
  public OptionalLong bestStep() {
    return watcher.bestStep();
  }

  /**
   * Writes the network's state as the last look saw it, by the names that it has; a file that was
   * there is replaced as a whole.
   *
   * @param about texts that travel with the file
   */
  public void saveWeights(Path file, Map<String, String> about) {
    looks.asSeen(() -> {
      try {
        Safetensors.save(file, network.state(), about);
      } catch (IOException e) {
        throw new UncheckedIOException(
            "Cannot write the weights %s: %s. Free space, or go on with training.save = none."
                .formatted(file, e.getMessage()),
            e);
      }
    });
  }

  /**
   * The share of the training clock in which the loop waited for batches: on a CPU, where nothing
   * is prepared ahead, the time in which they are made. Beside a GPU that is still at work it is
   * more than what the run lost. Empty before the first step.
   */
  public OptionalDouble dataWaitShare() {
    double seconds = progress.training().seconds();
    return progress.steps() > 0 && seconds > 0
        ? OptionalDouble.of(progress.dataSeconds() / seconds)
        : OptionalDouble.empty();
  }

  /** Where the run stands. */
  public Position position() {
    return progress.position();
  }

  /** The network is prepared already: {@link #run} is not to do it within the training clock. */
  void beginPrepared() {
    prepared = true;
  }

  /** One optimizer step; false when it diverged. */
  private boolean train(MiniBatch taken) {
    boolean log = plan.logEvery() > 0 && (progress.steps() + 1) % plan.logEvery() == 0;
    Seen seen;
    try (PointerScope _ = new PointerScope()) {
      MiniBatch onDevice = transfer.toDevice(taken);
      seen = step.make(progress.steps(), onDevice, log ? Look.READ : Look.GLANCE);
      progress.stepped(onDevice.size());
    }
    if (!seen.finite()) {
      reason = seen.trouble(progress.steps());
      ending = End.DIVERGED;
      return false;
    }
    if (log) {
      progress.training().stop();
      double loss = seen.loss().orElseThrow();
      double gradNorm = seen.gradNorm().orElseThrow();
      var report = new StepReport(position(), loss, seen.lrFactor(), gradNorm);
      team.unhurried(() -> listener.onStep(report));
      progress.training().start();
    }
    return true;
  }

  /**
   * Measures the network, outside the training clock; false when the run ends here: training has
   * diverged unseen, a stop was asked for meanwhile, or the looks so far say that it is enough.
   */
  private boolean look() {
    progress.training().stop();
    if (hasDiverged()) {
      ending = End.DIVERGED;
      return false;
    }
    if (!looks.make(() -> stopRequested)) {
      ending = End.STOPPED;
      return false;
    }
    if (watcher.hasSeenEnough()) {
      return false;
    }
    progress.training().start();
    return true;
  }

  /** Looks at the summed losses, which a GPU may not have been asked for lately. */
  private boolean hasDiverged() {
    double sum = step.meter().losses();
    if (!Double.isFinite(sum)) {
      reason = "By step %d the summed training loss is %s.".formatted(progress.steps(), sum);
    }
    return !Double.isFinite(sum);
  }

  private void agreeIfDue() {
    if (progress.steps() % STEPS_PER_CHECK == 0) {
      Agreement.require(team, network.parameters(), progress.steps());
    }
  }

  private void saveIfDue(Moment moment) {
    if (saving.isDue(moment)) {
      progress.training().stop();
      save();
      progress.training().start();
    }
  }

  private void save() {
    if (saving.isOn() && !hasDiverged()) {
      saving.save();
    }
  }

  /**
   * Continues from a checkpoint of a run with the same network, optimizer, data and plan.
   *
   * @throws IllegalArgumentException when it comes from a run of another kind
   */
  public void resume(Path file) {
    saving.resume(file);
  }

  /** Whether {@link #run} begins with a look: the first of all, or one that was broken off. */
  public boolean owesLook() {
    return looks.isOwed();
  }

  /** Who goes on wants a checkpoint; of a run that has diverged, or was ended for good, nobody. */
  private TrainingResult end() {
    progress.training().stop();
    progress.looking().stop();
    if (ending == End.FINISHED || ending == End.STOPPED) {
      save();
    }
    if (ending == End.FINISHED) {
      looks.settle();
    }
    var result = new TrainingResult(ending, position(), reason);
    return ending == End.STOPPED ? result.stopped() : result;
  }

  /** Frees the trainer's own tensors. */
  @Override
  public void close() {
    step.close();
    watcher.close();
    objective.close();
  }
}
