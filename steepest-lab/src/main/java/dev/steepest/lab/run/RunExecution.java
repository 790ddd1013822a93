package dev.steepest.lab.run;

import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.task.Task;
import dev.steepest.lab.task.TaskData;
import dev.steepest.lab.train.Checkpointing;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.ProcessMemory;
import dev.steepest.lab.train.Trainer;
import dev.steepest.lab.train.TrainingResult;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.Optimizer;
import dev.steepest.study.record.Environment;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunFolder;
import dev.steepest.study.record.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;

/**
 * Makes one run: from its folder's spec to its record. Divergence and failure are outcomes, not
 * exceptions.
 */
final class RunExecution {
  private final RunFolder folder;
  private final Task task;
  private final Workplace bench;
  private final Device device;
  private final UntimedSteps untimed;
  private final RunListener listener;
  private volatile Trainer trainer;
  private volatile boolean stopRequested;

  RunExecution(
      RunFolder folder,
      TaskData data,
      Workplace bench,
      Device device,
      UntimedSteps untimed,
      RunListener listener) {
    this.folder = folder;
    this.task = data.task(folder.spec(), prefetch(device));
    this.bench = bench;
    this.device = device;
    this.untimed = untimed;
    this.listener = listener;
  }

  /**
   * @param index of the run in its plan, for the listener
   * @throws UncheckedIOException if the record cannot be written
   */
  RunRecord execute(int index, int total) {
    try {
      try {
        train(index, total);
      } catch (UnusableCheckpoint e) {
        setAside(e);
        train(index, total);
      }
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
    untimed.before(folder.spec(), task);
    ProcessMemory.forgetPeak();
    try (Network network = task.network(device);
        Optimizer optimizer = task.optimizer(network);
        Trainer loop = trainer(network, optimizer)) {
      long fromStep = resume(loop);
      String kernels = network.kernels(task.plan().precision().type());
      folder.log("kernels: " + kernels);
      folder.begin(environment(kernels, fromStep), task.checksums(), optimizer.describe());
      listener.started(folder.spec(), index, total, fromStep, task.totalSteps());
      trainer = loop;
      if (stopRequested) {
        loop.requestStop();
      }
      end(network, loop, loop.run());
    }
  }

  /** Where the run is made; a resumed run also says where it was begun, if that differs. */
  private Environment environment(String kernels, long fromStep) {
    SortedMap<String, String> facts =
        new TreeMap<>(Machine.environment(device.str().getString()).facts());
    facts.put("kernels", kernels);
    Environment now = new Environment(facts);
    return fromStep == 0 ? now : folder.before().map(before -> now.resumedFrom(before)).orElse(now);
  }

  private void end(Network network, Trainer loop, TrainingResult result) {
    if (result.end() != End.FINISHED) {
      folder.end(outcome(status(result.end()), result.reason()), new TreeMap<>());
    } else {
      FinalReport last = loop.evaluate(task::test);
      if (Double.isFinite(last.plain().loss())) {
        folder.end(outcome(Outcome.Status.FINISHED, ""), results(network, loop, last));
      } else {
        // The very last update can spoil the weights after the last training loss was seen.
        String reason = "After the last step the test loss is " + last.plain().loss() + ".";
        folder.end(outcome(Outcome.Status.DIVERGED, reason), new TreeMap<>());
      }
    }
    dropCheckpoint(result.end());
  }

  private SortedMap<String, Double> results(Network network, Trainer loop, FinalReport last) {
    OptionalLong peak = ProcessMemory.peakBytes();
    SortedMap<String, Double> results = new TreeMap<>(task.results(network, last, loop.position()));
    peak.ifPresent(bytes -> results.put(Metric.PEAK_MEMORY_BYTES, (double) bytes));
    return results;
  }

  private Trainer trainer(Network network, Optimizer optimizer) {
    Recorder recorder =
        new Recorder(folder, listener, task, optimizer.groups().getFirst().rule().lr());
    return new Trainer(
        network,
        optimizer,
        task.schedules(),
        task.data(),
        task.plan(),
        device,
        Checkpointing.to(folder.checkpoint(), bench.checkpointEvery()),
        recorder);
  }

  /** Goes back to the newest checkpoint, in the loop and in the record. */
  private long resume(Trainer loop) {
    if (Files.exists(folder.checkpoint())) {
      try {
        loop.resume(folder.checkpoint());
      } catch (UncheckedIOException | IllegalArgumentException e) {
        throw new UnusableCheckpoint(e);
      }
      folder.log("resumed at step " + loop.position().step());
    }
    Position at = loop.position();
    folder.rewindTo(evaluated(at), at.step());
    return at.step();
  }

  /** Epochs up to which evaluations precede a checkpoint: those counted in steps always do. */
  private double evaluated(Position at) {
    if (!task.plan().evaluation().countsSteps()) {
      return at.epoch();
    }
    return at.step() == 0 ? -1 : at.epochs(task.data().batchesPerEpoch());
  }

  /** A checkpoint that is damaged or of another kind; the run must begin anew. */
  private static final class UnusableCheckpoint extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableCheckpoint(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private void setAside(UnusableCheckpoint reason) {
    Path file = folder.checkpoint();
    Path aside = file.resolveSibling("unusable-" + file.getFileName());
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot move " + file + ": " + e.getMessage(), e);
    }
    folder.log("begins anew; moved to " + aside.getFileName() + ": " + reason.getMessage());
  }

  private void dropCheckpoint(End end) {
    if (end == End.STOPPED || bench.checkpoints() == Workplace.Checkpoints.KEEP) {
      return;
    }
    try {
      Files.deleteIfExists(folder.checkpoint());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder.checkpoint(), e);
    }
  }

  static Prefetch prefetch(Device device) {
    return device.is_cpu() ? Prefetch.OFF : Prefetch.ON;
  }

  void requestStop() {
    stopRequested = true;
    untimed.requestStop();
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
