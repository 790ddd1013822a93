package dev.steepest.lab.run;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.task.ImageClassification;
import dev.steepest.lab.task.ImageData;
import dev.steepest.lab.train.Checkpointing;
import dev.steepest.lab.train.EvaluationReport.Score;
import dev.steepest.lab.train.Trainer;
import dev.steepest.lab.train.TrainingResult;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunFolder;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;

/**
 * Makes one run: from its folder's spec to its record. Divergence and failure are outcomes, not
 * exceptions.
 */
final class RunExecution {
  private final RunFolder folder;
  private final ImageClassification task;
  private final Bench bench;
  private final Device device;
  private final RunListener listener;
  private volatile Trainer trainer;
  private volatile boolean stopRequested;

  RunExecution(RunFolder folder, ImageData data, Bench bench, Device device, RunListener listener) {
    this.folder = folder;
    this.task = new ImageClassification(folder.spec(), data);
    this.bench = bench;
    this.device = device;
    this.listener = listener;
  }

  /**
   * @param index of the run in its plan, for the listener
   * @throws UncheckedIOException if the record cannot be written
   */
  RunRecord execute(int index, int total) {
    try {
      train(index, total);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      String reason = FailureReason.of(e, folder.spec());
      folder.log("failed: " + reason);
      folder.end(outcome(Outcome.Status.FAILED, reason), new TreeMap<>());
    }
    return RecordStore.read(folder.folder());
  }

  private void train(int index, int total) {
    try (Network network = task.network();
        Optimizer optimizer = task.optimizer(network);
        Trainer loop = trainer(network, optimizer)) {
      long fromStep = resume(loop);
      folder.begin(
          Machine.environment(device.str().getString()),
          task.checksums(),
          optimizer.groups().stream().map(ParameterGroup::describe).toList());
      listener.started(folder.spec(), index, total, fromStep, task.totalSteps());
      trainer = loop;
      if (stopRequested) {
        loop.requestStop();
      }
      TrainingResult result = loop.run();
      folder.end(
          outcome(status(result.end()), result.reason()),
          result.end() == End.FINISHED ? test(loop) : new TreeMap<>());
      dropCheckpoint(result.end());
    }
  }

  private Trainer trainer(Network network, Optimizer optimizer) {
    Recorder recorder =
        new Recorder(
            folder,
            listener,
            task.data().batchesPerEpoch(),
            optimizer.groups().getFirst().rule().lr());
    return new Trainer(
        network,
        optimizer,
        task.schedule(),
        task.data(),
        task.plan(),
        device,
        Checkpointing.to(folder.checkpoint(), bench.checkpointEvery()),
        recorder);
  }

  /** Goes back to the newest checkpoint, in the loop and in the record. */
  private long resume(Trainer loop) {
    if (Files.exists(folder.checkpoint())) {
      loop.resume(folder.checkpoint());
      folder.log("resumed at step " + loop.position().step());
    }
    folder.rewindTo(loop.position().epoch(), loop.position().step());
    return loop.position().step();
  }

  private SortedMap<String, Double> test(Trainer loop) {
    Score score = loop.evaluate(task.test());
    return new TreeMap<>(
        Map.of(Metric.TEST_LOSS, score.loss(), Metric.TEST_ACCURACY, score.accuracy()));
  }

  private void dropCheckpoint(End end) {
    if (end == End.STOPPED || bench.checkpoints() == Bench.Checkpoints.KEEP) {
      return;
    }
    try {
      Files.deleteIfExists(folder.checkpoint());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder.checkpoint(), e);
    }
  }

  void requestStop() {
    stopRequested = true;
    Trainer running = trainer;
    if (running != null) {
      running.requestStop();
    }
  }

  private static Outcome outcome(Outcome.Status status, String reason) {
    return new Outcome(status, reason, Instant.now());
  }

  private static Outcome.Status status(End end) {
    return switch (end) {
      case FINISHED -> Outcome.Status.FINISHED;
      case DIVERGED -> Outcome.Status.DIVERGED;
      case STOPPED -> Outcome.Status.STOPPED;
    };
  }
}
