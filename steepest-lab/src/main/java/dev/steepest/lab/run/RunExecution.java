package dev.steepest.lab.run;

import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.PeerException;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.run.RunTraining.UnusableCheckpoint;
import dev.steepest.lab.task.Task;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.Position;
import dev.steepest.lab.train.TrainListener;
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
import dev.steepest.study.track.Tracking;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;

/**
 * Makes one run: from its folder's spec to its record. Divergence and failure are outcomes, not
 * exceptions.
 */
final class RunExecution implements RunTraining.Book {
  private final RunFolder folder;
  private final RunTraining training;
  private final Workplace bench;
  private final Device device;
  private final RunListener listener;
  private final int index;
  private final int total;
  private Tracking tracking = Tracking.NONE;

  /**
   * @param index of the run in its plan, for the listener
   */
  RunExecution(
      RunFolder folder,
      RunTraining training,
      Workplace bench,
      Device device,
      RunListener listener,
      int index,
      int total) {
    this.folder = folder;
    this.training = training;
    this.bench = bench;
    this.device = device;
    this.listener = listener;
    this.index = index;
    this.total = total;
  }

  /**
   * @throws UncheckedIOException if the record cannot be written
   * @throws PeerException if another process is lost: the run is left as if interrupted
   */
  RunRecord execute() {
    try {
      try {
        training.run(this);
      } catch (UnusableCheckpoint e) {
        setAside(e);
        training.run(this);
      }
    } catch (UncheckedIOException | PeerException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      String reason = FailureReason.of(e, folder.spec());
      folder.log("failed: " + reason + "\n" + trace(e));
      end(outcome(Outcome.Status.FAILED, reason), Map.of());
      if (bench.team().size() > 1) {
        throw e; // the others wait for this process in the midst of the run
      }
    } finally {
      tracking.close();
    }
    return RecordStore.read(folder.folder());
  }

  @Override
  public Optional<Path> checkpoint() {
    return Optional.of(folder.checkpoint());
  }

  @Override
  public TrainListener listener(Task task, Optimizer optimizer) {
    return new Recorder(
        folder, listener, () -> tracking, task, optimizer.groups().getFirst().rule().lr());
  }

  @Override
  public void resumed(Task task, Trainer loop) {
    Position at = loop.position();
    if (at.step() > 0) {
      folder.log("resumed at step " + at.step());
    }
    double looked = at.epoch();
    if (task.plan().evaluation().countsSteps()) {
      looked = at.epochs(task.data().pace());
    }
    // Evaluations precede a checkpoint, but for one that is made again.
    folder.rewindTo(loop.owesLook() ? Math.nextDown(looked) : looked, at.step());
  }

  @Override
  public void begins(
      Task task, Network network, Optimizer optimizer, Dealing together, Trainer loop) {
    long fromStep = loop.position().step();
    String kernels = network.kernels(task.plan().precision().type());
    folder.log("kernels: " + kernels);
    task.notes().forEach(folder::log);
    if (!network.origin().isEmpty()) {
      folder.log("begins from " + network.origin());
    }
    if (bench.team().size() > 1) {
      folder.log("updates: " + together.describe());
    }
    folder.begin(environment(kernels, fromStep), task.checksums(), optimizer.describe());
    tracking = bench.trackers().begins(RecordStore.read(folder.folder()), folder::log);
    listener.started(folder.spec(), index, total, fromStep, task.totalSteps());
  }

  /** Where the run is made; a resumed run also says where it was begun, if that differs. */
  private Environment environment(String kernels, long fromStep) {
    SortedMap<String, String> facts =
        new TreeMap<>(Machine.environment(device.str().getString()).facts());
    facts.put("kernels", kernels);
    facts.put("world", Integer.toString(bench.team().size()));
    facts.put("backend", bench.team().backend());
    Environment now = new Environment(facts);
    return fromStep == 0 ? now : folder.before().map(before -> now.resumedFrom(before)).orElse(now);
  }

  @Override
  public void ends(
      Task task,
      Network network,
      Trainer loop,
      TrainingResult result,
      Optional<FinalReport> report,
      long peakMemory) {
    Map<String, Double> measured = new TreeMap<>();
    Outcome outcome = outcome(status(result.end()), result.reason());
    if (result.end() == End.FINISHED) {
      Optional<String> spoilt = spoilt(network, report);
      if (spoilt.isPresent()) {
        outcome = outcome(Outcome.Status.DIVERGED, spoilt.get());
      } else {
        measured.putAll(task.results(network, report, loop.position()));
        measured.putAll(task.course(folder.evaluations()));
        addBest(task, loop, measured);
        if (task.keepsWeights()) {
          keepWeights(task, loop);
        }
        // One process is measured, all work.
        measured.computeIfPresent(
            Metric.FLOPS_UTILISATION, (_, share) -> share / bench.team().size());
      }
    }
    if (isResult(outcome.status())) {
      addMachine(loop, peakMemory, measured);
    }
    if (result.end() != End.STOPPED) {
      endFilm(report);
    }
    end(outcome, measured);
    dropCheckpoint(result.end());
  }

  /** A film that cannot be written takes no result with it. */
  private void endFilm(Optional<FinalReport> report) {
    try {
      new Film(folder.pictures()).end(report.flatMap(look -> look.plain().picture()));
    } catch (UncheckedIOException e) {
      folder.log("no film: " + e.getMessage());
    }
  }

  /** The very last update can spoil the weights after the last training loss was seen. */
  private static Optional<String> spoilt(Network network, Optional<FinalReport> report) {
    if (report.isPresent()) {
      double loss = report.get().plain().loss();
      return Double.isFinite(loss)
          ? Optional.empty()
          : Optional.of("After the last step the test loss is " + loss + ".");
    }
    return FiniteWeights.of(network)
        ? Optional.empty()
        : Optional.of("After the last step not all weights are finite.");
  }

  /** What early stopping has gone back to: when it was, and what was measured then. */
  private void addBest(Task task, Trainer loop, Map<String, Double> measured) {
    loop.bestStep()
        .ifPresent(step -> {
          double best = task.epochs(step);
          measured.put(Metric.BEST_EPOCH, best);
          folder
              .evaluation(step)
              .ifPresent(row ->
                  row.values().entrySet().stream()
                      .filter(value -> Metric.ofValidation(value.getKey()))
                      .forEach(value -> measured.put(value.getKey(), value.getValue())));
          String stopped = "";
          if (loop.position().step() < task.totalSteps()) {
            double end = task.epochs(loop.position().step());
            measured.put(Metric.STOPPED_EPOCH, end);
            stopped = ", stopped early at epoch " + end;
          }
          folder.log("best at epoch " + best + stopped);
        });
  }

  private static void addMachine(Trainer loop, long peakMemory, Map<String, Double> measured) {
    if (peakMemory > 0) {
      measured.put(Metric.PEAK_MEMORY_BYTES, (double) peakMemory);
    }
    loop.dataWaitShare().ifPresent(share -> measured.put(Metric.DATA_WAIT_SHARE, share));
  }

  private void keepWeights(Task task, Trainer loop) {
    SortedMap<String, String> about = new TreeMap<>();
    about.put("run", folder.spec().id());
    about.put("model", folder.spec().settings().text("model.name"));
    about.put("data", folder.spec().settings().text("data.name"));
    about.put("step", Long.toString(loop.bestStep().orElse(loop.position().step())));
    about.putAll(task.about());
    loop.saveWeights(folder.weights(), about);
  }

  /** Diverged and stopped runs keep their curves alone. */
  private static boolean isResult(Outcome.Status status) {
    return status == Outcome.Status.FINISHED || status == Outcome.Status.TERMINATED;
  }

  private void setAside(UnusableCheckpoint reason) {
    Path file = folder.checkpoint();
    Path aside = file.resolveSibling("unusable-" + file.getFileName());
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot move " + file + ": " + e.getMessage(), e);
    }
    String why = "begins anew; moved to " + aside.getFileName() + ": " + reason.getMessage();
    folder.log(why);
    listener.begunAnew(folder.spec(), why);
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

  /** For the log alone: whoever mends the program asks where. */
  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString().strip();
  }

  private void end(Outcome outcome, Map<String, Double> results) {
    SortedMap<String, Double> sorted = new TreeMap<>(results);
    folder.end(outcome, sorted);
    tracking.ends(outcome, sorted);
  }

  private static Outcome outcome(Outcome.Status status, String reason) {
    return new Outcome(status, reason, Instant.now());
  }

  private static Outcome.Status status(End end) {
    return switch (end) {
      case FINISHED -> Outcome.Status.FINISHED;
      case DIVERGED -> Outcome.Status.DIVERGED;
      case STOPPED -> Outcome.Status.STOPPED;
      case TERMINATED -> Outcome.Status.TERMINATED;
    };
  }
}
