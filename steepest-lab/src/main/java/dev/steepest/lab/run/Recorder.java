package dev.steepest.lab.run;

import dev.steepest.lab.task.Task;
import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.StepReport;
import dev.steepest.lab.train.TrainListener;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunFolder;
import dev.steepest.study.track.Tracking;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Writes what the training loop reports into the run's record, and tells the trackers. */
final class Recorder implements TrainListener {
  private final RunFolder folder;
  private final RunListener listener;
  private final Film film;
  private final Supplier<Tracking> tracking;
  private final Task task;
  private final double learningRate;

  /**
   * @param tracking of the run, once it has begun
   * @param learningRate of the first parameter group, before the schedule
   */
  Recorder(
      RunFolder folder,
      RunListener listener,
      Supplier<Tracking> tracking,
      Task task,
      double learningRate) {
    this.folder = folder;
    this.film = new Film(folder.pictures());
    this.listener = listener;
    this.tracking = tracking;
    this.task = task;
    this.learningRate = learningRate;
  }

  @Override
  public void onStep(StepReport step) {
    Evaluation row =
        row(
            step.at(),
            Map.of(
                Metric.LOSS, step.loss(),
                Metric.LEARNING_RATE, learningRate * step.lrFactor(),
                Metric.GRAD_NORM, step.gradNorm()));
    folder.step(row);
    tracking.get().stepped(row);
    listener.stepped(step);
  }

  @Override
  public void onEvaluation(EvaluationReport evaluation) {
    SortedMap<String, Double> values = new TreeMap<>();
    values.put(Metric.TRAIN_LOSS, evaluation.trainLoss());
    values.put(Metric.TRAIN_ACCURACY, evaluation.trainAccuracy());
    values.values().removeIf(value -> value.isNaN()); // before the first step, or not counted
    values.put(Metric.EPOCH_SECONDS, evaluation.epochSeconds());
    evaluation.sets().forEach((set, score) -> values.putAll(task.values(set, score)));
    Evaluation row = row(evaluation.at(), values);
    folder.evaluation(row);
    tracking.get().evaluated(row);
    folder.log(place(evaluation.at()) + ": " + text(values));
    evaluation.sets().values().stream()
        .flatMap(score -> score.picture().stream())
        .findFirst()
        .ifPresent(picture -> film.show(evaluation.at().step(), picture));
    listener.evaluated(evaluation);
  }

  private String place(Position at) {
    return task.plan().evaluation().countsSteps()
        ? "step %d of %d".formatted(at.step(), task.totalSteps())
        : "epoch " + at.epoch();
  }

  private static String text(SortedMap<String, Double> values) {
    return values.entrySet().stream()
        .filter(value -> !value.getKey().equals(Metric.EPOCH_SECONDS))
        .map(value ->
            String.format(
                Locale.ROOT,
                value.getKey().endsWith("_accuracy") ? "%s %.2f %%" : "%s %.4f",
                value.getKey().replace('_', ' '),
                value.getKey().endsWith("_accuracy") ? 100 * value.getValue() : value.getValue()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public void onCheckpoint(Position position, Path file) {
    folder.log("checkpoint at step " + position.step());
  }

  private Evaluation row(Position at, Map<String, Double> values) {
    return new Evaluation(
        at.epochs(task.data().pace()),
        at.step(),
        at.samples(),
        at.trainSeconds(),
        at.evalSeconds(),
        values);
  }
}
