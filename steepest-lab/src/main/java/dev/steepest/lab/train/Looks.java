package dev.steepest.lab.train;

import dev.steepest.lab.data.augment.TestTimeAugmentation;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.train.EvaluationReport.Score;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;

/** Looks at the network on the way, outside the training clock, and at the end. */
final class Looks {
  private final Evaluator evaluator;
  private final TrainingStep step;
  private final Progress progress;
  private final TrainingData data;
  private final EvaluationPlan plan;
  private final Device device;
  private final Team team;
  private final TrainListener listener;
  private final Watcher watcher;
  private final long total;
  private double secondsBefore;
  private boolean brokenOff;

  /**
   * @param step whose meter holds what was summed since the last look
   * @param data what is looked at on the way
   * @param total steps of the run
   * @param watcher draws the conclusions
   */
  Looks(
      Evaluator evaluator,
      TrainingStep step,
      Progress progress,
      TrainingData data,
      EvaluationPlan plan,
      long total,
      Device device,
      Team team,
      TrainListener listener,
      Watcher watcher) {
    this.evaluator = evaluator;
    this.step = step;
    this.progress = progress;
    this.data = data;
    this.plan = plan;
    this.total = total;
    this.device = device;
    this.team = team;
    this.listener = listener;
    this.watcher = watcher;
  }

  /**
   * A look on the way; the training clock stands still.
   *
   * @return false where a stop was asked for before its end: then nothing was measured
   */
  boolean make(BooleanSupplier stop) {
    progress.looking().start();
    prepare();
    var scores = evaluator.evaluate(data, stop);
    progress.looking().stop();
    if (scores.isEmpty()) {
      return false;
    }
    TrainingMeter.Sums sums = step.meter().sums();
    double seconds = progress.training().seconds();
    var report =
        new EvaluationReport(
            progress.position(),
            sums.loss(),
            sums.accuracy(),
            seconds - secondsBefore,
            scores.orElseThrow());
    step.meter().reset();
    secondsBefore = seconds;
    watcher.observe(report);
    team.unhurried(() -> listener.onEvaluation(report));
    return true;
  }

  /**
   * The look at the end of a run.
   *
   * @param data opens what is looked at, once or twice
   * @return empty where a stop was asked for before its end
   */
  Optional<FinalReport> last(Supplier<BatchStream> data, BooleanSupplier stop) {
    TestTimeAugmentation views = plan.views();
    prepare();
    var watch = new Stopwatch(device);
    watch.start();
    Optional<Score> timed = evaluator.evaluate(data.get(), views, stop);
    watch.stop();
    double seconds = progress.training().seconds() + watch.seconds();
    if (timed.isEmpty() || views == TestTimeAugmentation.NONE) {
      return timed.map(plain -> new FinalReport(plain, Optional.empty(), seconds));
    }
    return evaluator
        .evaluate(data.get(), TestTimeAugmentation.NONE, stop)
        .map(plain -> new FinalReport(plain, timed, seconds));
  }

  Watcher watcher() {
    return watcher;
  }

  /**
   * The run is over: where the best weights were kept, they are the network's from now on, and are
   * looked at as they are.
   */
  void settle() {
    if (watcher.putBack()) {
      evaluator.lookAtNetworkAsItIs();
    }
  }

  /** Does something where the network is as the last look saw it. */
  void asSeen(Runnable what) {
    evaluator.atThePoint(() -> {
      what.run();
      return what;
    });
  }

  private void prepare() {
    step.tellProgress(progress.steps());
    step.shareStatistics();
  }

  /** What is under way between two looks. */
  Checkpoint.Sums sums() {
    return new Checkpoint.Sums(step.meter().sums(), secondsBefore);
  }

  /** Goes on; {@code progress} stands there already. */
  void restore(Checkpoint.Sums sums) {
    step.meter().restore(sums.sums());
    secondsBefore = sums.trainSeconds();
    // A look empties the sums: where one is due and they are not, it was not made.
    brokenOff = sums.sums().items() > 0 && isDue();
  }

  private boolean isDue() {
    return plan.isDueAfterStep(progress.steps(), total)
        || (progress.batch() == 0
            && plan.isDueAfterEpoch(progress.epoch(), progress.steps(), total));
  }

  /** Whether a run begins with a look: the first of all, or one that was broken off. */
  boolean isOwed() {
    return progress.steps() == 0 ? plan.countsSteps() : brokenOff;
  }
}
