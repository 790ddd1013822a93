package dev.steepest.lab.run;

import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.StepReport;
import dev.steepest.lab.train.TrainListener;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Writes what the training loop reports into the run's record. */
final class Recorder implements TrainListener {
  private final RunFolder folder;
  private final RunListener listener;
  private final long batchesPerEpoch;
  private final double learningRate;

  /**
   * @param learningRate of the first parameter group, before the schedule
   */
  Recorder(RunFolder folder, RunListener listener, long batchesPerEpoch, double learningRate) {
    this.folder = folder;
    this.listener = listener;
    this.batchesPerEpoch = batchesPerEpoch;
    this.learningRate = learningRate;
  }

  @Override
  public void onStep(StepReport step) {
    folder.step(
        row(
            step.at(),
            Map.of(
                Metric.LOSS, step.loss(),
                Metric.LEARNING_RATE, learningRate * step.lrFactor(),
                Metric.GRAD_NORM, step.gradNorm())));
    listener.stepped(step);
  }

  @Override
  public void onEvaluation(EvaluationReport evaluation) {
    Map<String, Double> values = new HashMap<>();
    values.put(Metric.TRAIN_LOSS, evaluation.trainLoss());
    values.put(Metric.TRAIN_ACCURACY, evaluation.trainAccuracy());
    values.put(Metric.EPOCH_SECONDS, evaluation.epochSeconds());
    evaluation
        .sets()
        .forEach((set, score) -> {
          values.put(set + "_loss", score.loss());
          values.put(set + "_accuracy", score.accuracy());
        });
    folder.evaluation(row(evaluation.at(), values));
    folder.log(
        String.format(
            Locale.ROOT,
            "epoch %d: train loss %.4f, train accuracy %.2f %%%s",
            evaluation.at().epoch(),
            evaluation.trainLoss(),
            100 * evaluation.trainAccuracy(),
            scores(evaluation)));
    listener.evaluated(evaluation);
  }

  private static String scores(EvaluationReport evaluation) {
    StringBuilder text = new StringBuilder();
    evaluation
        .sets()
        .forEach((set, score) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    ", %s loss %.4f, %s accuracy %.2f %%",
                    set,
                    score.loss(),
                    set,
                    100 * score.accuracy())));
    return text.toString();
  }

  @Override
  public void onCheckpoint(Position position, Path file) {
    folder.log("checkpoint at step " + position.step());
  }

  private Evaluation row(Position at, Map<String, Double> values) {
    return new Evaluation(
        at.epochs(batchesPerEpoch),
        at.step(),
        at.samples(),
        at.trainSeconds(),
        at.evalSeconds(),
        values);
  }
}
