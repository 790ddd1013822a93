package dev.steepest.study.track;

import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Environment;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RecordStore.Claim;
import dev.steepest.study.record.RunFolder;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A run whose numbers are known beforehand: five steps an epoch, a look after each epoch. */
final class SmallRun implements AutoCloseable {
  static final int STEPS_PER_EPOCH = 5;

  static final RunSpec SPEC =
      new RunSpec(
          "small study",
          "mlp · shapes",
          "muon lr=0.02",
          7,
          new Settings(
              Map.of(
                  "model", Map.of("name", "mlp", "bias", true),
                  "optimizer", Map.of("name", "muon", "lr", 0.02),
                  "training", Map.of("batch", 64))));

  static final Outcome FINISHED =
      new Outcome(Outcome.Status.FINISHED, "", Instant.parse("2026-11-01T10:00:30Z"));

  static final SortedMap<String, Double> RESULTS =
      new TreeMap<>(Map.of(Metric.TEST_LOSS, 0.25, Metric.TEST_ACCURACY, 0.875));

  private final RunFolder folder;

  SmallRun(Path store) {
    this(store, SPEC);
  }

  SmallRun(Path store, RunSpec spec) {
    folder = ((Claim.Taken) new RecordStore(store).claim(spec)).folder();
  }

  /** Goes back to a checkpoint and says where the run is made. */
  RunRecord begin(int checkpoint) {
    folder.rewindTo(checkpoint / (double) STEPS_PER_EPOCH, checkpoint);
    folder.begin(
        new Environment(Map.of("os", "Linux 6", "cores", "2", "steepest.commit", "abc")),
        new TreeMap<>(),
        List.of());
    return record();
  }

  RunRecord record() {
    return RecordStore.read(folder.folder());
  }

  Path path() {
    return folder.folder();
  }

  /** Makes a step, and the look that follows it. */
  void step(int step, Tracking tracking) {
    Evaluation row = stepRow(step);
    folder.step(row);
    tracking.stepped(row);
    if (step % STEPS_PER_EPOCH == 0) {
      Evaluation look = look(step);
      folder.evaluation(look);
      tracking.evaluated(look);
    }
  }

  void steps(int from, int to, Tracking tracking) {
    IntStream.rangeClosed(from, to).forEach(step -> step(step, tracking));
  }

  void end(Outcome outcome, SortedMap<String, Double> results, Tracking tracking) {
    folder.end(outcome, results);
    tracking.ends(outcome, results);
  }

  static Evaluation stepRow(int step) {
    return row(
        step,
        Map.of(
            Metric.LOSS, 1.0 / step, Metric.LEARNING_RATE, 0.02, Metric.GRAD_NORM, (double) step));
  }

  static Evaluation look(int step) {
    return row(
        step,
        Map.of(
            Metric.TRAIN_LOSS,
            2.0 / step,
            Metric.TRAIN_ACCURACY,
            1 - 1.0 / step,
            Metric.VAL_LOSS,
            3.0 / step,
            Metric.VAL_ACCURACY,
            1 - 2.0 / step,
            Metric.EPOCH_SECONDS,
            0.5));
  }

  private static Evaluation row(int step, Map<String, Double> values) {
    return new Evaluation(
        step / (double) STEPS_PER_EPOCH, step, step * 64L, step * 0.1, step * 0.01, values);
  }

  @Override
  public void close() {
    folder.close();
  }
}
