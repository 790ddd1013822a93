package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.distributed.Agreement;
import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.train.CheckpointCadence.Moment;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.lab.train.TrainingStep.Look;
import dev.steepest.lab.train.TrainingStep.Seen;
import dev.steepest.optim.GroupSchedules;
import dev.steepest.optim.Optimizer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains a network: {@link #run} is the loop.
 *
 * <p>Network and optimizer belong to the caller; the network is moved to the device. A trainer runs
 * once; {@link #requestStop} may be called from any thread.
 */
public final class Trainer implements AutoCloseable {
  /** Assumed: a comparison costs a hundredth of a step or less, and a wrong bit is found soon. */
  private static final long STEPS_PER_CHECK = 100;

  private final Network network;
  private final Dealing together;
  private final Team team;
  private final TrainingData data;
  private final TrainingPlan plan;
  private final Checkpointing checkpointing;
  private final TrainListener listener;
  private final Device device;
  private final TrainingStep step;
  private final Transfer transfer;
  private final Evaluator evaluator;
  private final Stopwatch trainClock;
  private final Stopwatch evalClock;
  private final CheckpointCadence cadence;
  private final long total;
  private final double epochs;
  private long epoch;
  private long batch;
  private long steps;
  private long samples;
  private double secondsAtEvaluation;
  private SavePoint saved;
  private boolean prepared;
  private boolean lookBrokenOff;
  private End ending = End.FINISHED;
  private String trouble = "";
  private volatile boolean stopRequested;

  /** What tells two states of a run apart: an epoch's end comes after its last step. */
  private record SavePoint(long epoch, long steps) {}

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
    this.together = together;
    team = together.team();
    this.data = data;
    this.plan = plan;
    this.checkpointing = checkpointing;
    this.listener = listener;
    this.device = device;
    total = plan.steps(data.batchesPerEpoch());
    epochs = plan.length().epochs(data.batchesPerEpoch());
    step =
        new TrainingStep(
            network, optimizer, together, schedules, plan, data.batchesPerEpoch(), device);
    transfer = new Transfer(device, plan.layout());
    evaluator =
        new Evaluator(
            network,
            Objective.of(network, plan),
            optimizer,
            transfer,
            plan.evaluation().precision(),
            team);
    trainClock = new Stopwatch(device);
    evalClock = new Stopwatch(device);
    cadence = new CheckpointCadence(checkpointing.interval(), System::nanoTime);
  }

  /** Trains until the plan is done, the loss diverges or a stop is asked for. */
  public TrainingResult run() {
    network.train();
    network.state().values().forEach(tensor -> team.spread(tensor, 0));
    trainClock.start();
    if (steps == 0 && !prepared) {
      transfer.prepare(network, data);
    }
    if (owesLook() && !evaluate()) {
      return end();
    }
    while (epoch < epochs) {
      try (BatchStream batches = data.training(epoch, batch)) {
        while (steps < total && batches.hasNext()) {
          if (team.any(stopRequested)) {
            ending = End.STOPPED;
            return end();
          }
          if (!train(batches.next())) {
            return end();
          }
          if (plan.evaluation().isDueAfterStep(steps, total) && !evaluate()) {
            return end();
          }
          agreeIfDue();
          saveIfDue(Moment.AFTER_STEP);
        }
      }
      epoch++;
      batch = 0;
      if (plan.evaluation().isDueAfterEpoch(epoch, steps, total) && !evaluate()) {
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
   * Measures the network on data that the loop does not see, at the optimizer's evaluation point,
   * with the plan's views. That is the end of the run, and within its time; what every sample
   * scores as it is, where it is shown in several views, is not.
   *
   * @param data opens the data, once or twice
   * @return empty where a stop was asked for before the end
   */
  public Optional<FinalReport> evaluate(Supplier<BatchStream> data) {
    TestTimeAugmentation views = plan.evaluation().views();
    beforeLook();
    var watch = new Stopwatch(device);
    watch.start();
    Optional<Score> timed = evaluator.evaluate(data.get(), views, () -> stopRequested);
    watch.stop();
    double seconds = trainClock.seconds() + watch.seconds();
    if (timed.isEmpty() || views == TestTimeAugmentation.NONE) {
      return timed.map(plain -> new FinalReport(plain, Optional.empty(), seconds));
    }
    return evaluator
        .evaluate(data.get(), TestTimeAugmentation.NONE, () -> stopRequested)
        .map(plain -> new FinalReport(plain, timed, seconds));
  }

  /** Where the run stands. */
  public Position position() {
    return new Position(epoch, batch, steps, samples, trainClock.seconds(), evalClock.seconds());
  }

  /** The network is prepared already: {@link #run} is not to do it within the training clock. */
  void beginPrepared() {
    prepared = true;
  }

  /** One optimizer step; false when it diverged. */
  private boolean train(MiniBatch taken) {
    boolean log = plan.logEvery() > 0 && (steps + 1) % plan.logEvery() == 0;
    Seen seen;
    try (PointerScope _ = new PointerScope()) {
      MiniBatch onDevice = transfer.toDevice(taken);
      seen = step.make(steps, onDevice, log ? Look.READ : Look.GLANCE);
      samples += onDevice.size();
    }
    steps++;
    batch++;
    if (!seen.finite()) {
      trouble = seen.trouble(steps);
      ending = End.DIVERGED;
      return false;
    }
    if (log) {
      trainClock.stop();
      double loss = seen.loss().orElseThrow();
      double gradNorm = seen.gradNorm().orElseThrow();
      var report = new StepReport(position(), loss, seen.lrFactor(), gradNorm);
      team.unhurried(() -> listener.onStep(report));
      trainClock.start();
    }
    return true;
  }

  /**
   * Measures the network, outside the training clock; false when the run ends here: training has
   * diverged unseen, or a stop was asked for meanwhile.
   */
  private boolean evaluate() {
    trainClock.stop();
    if (hasDiverged()) {
      ending = End.DIVERGED;
      return false;
    }
    evalClock.start();
    beforeLook();
    var scores = evaluator.evaluate(data, () -> stopRequested);
    evalClock.stop();
    if (scores.isEmpty()) {
      ending = End.STOPPED;
      return false;
    }
    TrainingMeter.Sums sums = step.meter().sums();
    double epochSeconds = trainClock.seconds() - secondsAtEvaluation;
    step.meter().reset();
    secondsAtEvaluation = trainClock.seconds();
    var report =
        new EvaluationReport(
            position(), sums.loss(), sums.accuracy(), epochSeconds, scores.orElseThrow());
    team.unhurried(() -> listener.onEvaluation(report));
    trainClock.start();
    return true;
  }

  /** Looks at the summed losses, which a GPU may not have been asked for lately. */
  private boolean hasDiverged() {
    double sum = step.meter().losses();
    if (!Double.isFinite(sum)) {
      trouble = "By step %d the summed training loss is %s.".formatted(steps, sum);
    }
    return !Double.isFinite(sum);
  }

  private void agreeIfDue() {
    if (steps % STEPS_PER_CHECK == 0) {
      Agreement.require(team, network.parameters(), steps);
    }
  }

  private void beforeLook() {
    step.tellProgress(steps);
    shareStatistics();
  }

  private void shareStatistics() {
    network.buffers().values().forEach(tensor -> team.spread(tensor, 0));
  }

  /** Rank 0's clock decides for all. */
  private void saveIfDue(Moment moment) {
    if (checkpointing.isOn() && team.any(team.leads() && cadence.isDue(moment))) {
      trainClock.stop();
      save();
      trainClock.start();
    }
  }

  private void save() {
    SavePoint here = new SavePoint(epoch, steps);
    if (!checkpointing.isOn() || hasDiverged() || here.equals(saved)) {
      return;
    }
    cadence.measure(() -> {
      Agreement.require(team, network.parameters(), steps);
      shareStatistics();
      try (PointerScope _ = new PointerScope()) {
        Checkpoint whole = checkpoint();
        team.unhurried(() -> writer().ifPresent(whole::write));
      }
    });
    saved = here;
    team.unhurried(() -> writer().ifPresent(file -> listener.onCheckpoint(position(), file)));
  }

  /** The file, in the one process that writes it. */
  private Optional<Path> writer() {
    return checkpointing.file().filter(_ -> team.leads());
  }

  private Checkpoint checkpoint() {
    return new Checkpoint(
        network.state(),
        together.state(),
        position(),
        new Checkpoint.Sums(step.meter().sums(), secondsAtEvaluation),
        step.scaler().state(),
        plan.identity(data, network));
  }

  /**
   * Continues from a checkpoint of a run with the same network, optimizer, data and plan.
   *
   * @throws IllegalArgumentException when it comes from a run of another kind
   */
  public void resume(Path file) {
    try (PointerScope _ = new PointerScope()) {
      Checkpoint found = Checkpoint.read(file, together);
      if (!found.identity().equals(plan.identity(data, network))) {
        throw new IllegalArgumentException(
            "%s was written by a run with [%s], this one has [%s]; resume with the same settings."
                .formatted(file, found.identity(), plan.identity(data, network)));
      }
      network.load(found.network());
      together.load(found.optimizer());
      step.meter().restore(found.sums().sums());
      step.scaler().restore(found.scaler());
      Position position = found.position();
      epoch = position.epoch();
      batch = position.batch();
      steps = position.step();
      samples = position.samples();
      trainClock.restore(position.trainSeconds());
      evalClock.restore(position.evalSeconds());
      secondsAtEvaluation = found.sums().trainSeconds();
      saved = new SavePoint(epoch, steps);
      // A look empties the sums: where one is due and they are not, it was not made.
      lookBrokenOff = found.sums().sums().items() > 0 && isLookDue();
    }
  }

  private boolean isLookDue() {
    return plan.evaluation().isDueAfterStep(steps, total)
        || (batch == 0 && plan.evaluation().isDueAfterEpoch(epoch, steps, total));
  }

  /** Whether {@link #run} begins with a look: the first of all, or one that was broken off. */
  public boolean owesLook() {
    return steps == 0 ? plan.evaluation().countsSteps() : lookBrokenOff;
  }

  private TrainingResult end() {
    trainClock.stop();
    evalClock.stop();
    if (ending != End.DIVERGED) {
      save();
    }
    var result = new TrainingResult(ending, position(), trouble);
    return ending == End.STOPPED ? result.stopped() : result;
  }

  /** Frees the trainer's own tensors. */
  @Override
  public void close() {
    step.close();
  }
}
