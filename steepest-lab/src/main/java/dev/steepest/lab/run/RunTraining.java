package dev.steepest.lab.run;

import dev.steepest.lab.data.batch.Prefetch;
import dev.steepest.lab.distributed.Dealing;
import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.task.Task;
import dev.steepest.lab.task.TaskData;
import dev.steepest.lab.train.Checkpointing;
import dev.steepest.lab.train.EvaluationPlan.TestSet;
import dev.steepest.lab.train.FinalReport;
import dev.steepest.lab.train.ProcessMemory;
import dev.steepest.lab.train.TrainListener;
import dev.steepest.lab.train.Trainer;
import dev.steepest.lab.train.TrainingResult;
import dev.steepest.lab.train.TrainingResult.End;
import dev.steepest.optim.Optimizer;
import dev.steepest.study.plan.RunSpec;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Device;

/** The training of one run: what every process of a team does of it, in step with the others. */
final class RunTraining {
  /** Said in place of a checkpoint's path; no path is empty. */
  private static final String BEGIN = "";

  private final RunSpec spec;
  private final Task task;
  private final Workplace bench;
  private final Device device;
  private final UntimedSteps untimed;
  private volatile Trainer trainer;
  private volatile boolean stopRequested;
  private volatile Optional<String> endRequested = Optional.empty();

  /** What rank 0 does besides: it keeps the run's record. */
  interface Book {
    /** Other ranks keep none. */
    Book NONE = new Book() {};

    /** Where checkpoints are; empty in processes that write none. */
    default Optional<Path> checkpoint() {
      return Optional.empty();
    }

    /** Who hears what goes on. */
    default TrainListener listener(Task task, Optimizer optimizer) {
      return TrainListener.SILENT;
    }

    /** Training stands where it goes on. */
    default void resumed(Task task, Trainer loop) {}

    /** All is ready. */
    default void begins(
        Task task, Network network, Optimizer optimizer, Dealing together, Trainer loop) {}

    /**
     * Training is over.
     *
     * @param last the look at the test set, of a finished run whose plan has one
     * @param peakMemory the sum of the most that each process held, bytes; 0 where it is not known
     */
    default void ends(
        Task task,
        Network network,
        Trainer loop,
        TrainingResult result,
        Optional<FinalReport> last,
        long peakMemory) {}
  }

  /** A checkpoint that is damaged or of another kind; the run must begin anew. */
  static final class UnusableCheckpoint extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableCheckpoint(RuntimeException cause) {
      super(cause.getMessage(), cause);
    }
  }

  RunTraining(RunSpec spec, TaskData data, Workplace bench, Device device, UntimedSteps untimed) {
    this.spec = spec;
    this.task = data.task(spec, prefetch(device));
    this.bench = bench;
    this.device = device;
    this.untimed = untimed;
  }

  /**
   * Trains to the end or to a stop.
   *
   * @throws UnusableCheckpoint in all processes; nothing has happened yet
   */
  TrainingResult run(Book book) {
    requireSameData();
    untimed.before(spec, task);
    ProcessMemory.forgetPeak();
    Dealing together = new Dealing(bench.team());
    try (Network network = task.network(device);
        Optimizer optimizer = task.optimizer(network, together);
        Trainer loop = trainer(network, optimizer, together, book)) {
      resume(loop, book);
      bench
          .team()
          .unhurried(() -> {
            book.resumed(task, loop);
            book.begins(task, network, optimizer, together, loop);
          });
      trainer = loop;
      if (stopRequested) {
        loop.requestStop();
      }
      endRequested.ifPresent(loop::requestEnd);
      TrainingResult trained = loop.run();
      boolean looks =
          trained.end() == End.FINISHED
              && task.plan().evaluation().test() == TestSet.SEEN_AT_THE_END;
      Optional<FinalReport> last = looks ? loop.evaluate(task::test) : Optional.empty();
      TrainingResult result = looks && last.isEmpty() ? trained.stopped() : trained;
      long peak = (long) bench.team().sum(ProcessMemory.peakBytes().orElse(0));
      bench.team().unhurried(() -> book.ends(task, network, loop, result, last, peak));
      return result;
    }
  }

  private void requireSameData() {
    Team team = bench.team();
    if (team.size() == 1) {
      return;
    }
    byte[] own = task.checksums().toString().getBytes(StandardCharsets.UTF_8);
    List<byte[]> all = team.gather(own);
    for (int rank = 1; rank < all.size(); rank++) {
      if (!Arrays.equals(all.getFirst(), all.get(rank))) {
        throw new IllegalArgumentException(
            "rank %d has other data than rank 0: %s against %s; copy the folder of data sets to every machine"
                .formatted(rank, text(all.get(rank)), text(all.getFirst())));
      }
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Trainer trainer(Network network, Optimizer optimizer, Dealing together, Book book) {
    together.take(optimizer);
    return new Trainer(
        network,
        optimizer,
        together,
        task.schedules(network, optimizer),
        task.data(),
        task.plan(),
        device,
        new Checkpointing(book.checkpoint(), Optional.of(bench.checkpointEvery())),
        book.listener(task, optimizer));
  }

  /** Goes back to the newest checkpoint that rank 0 has. */
  private void resume(Trainer loop, Book book) {
    String found =
        bench
            .team()
            .textFromLeader(
                () -> book.checkpoint().filter(Files::exists).map(Path::toString).orElse(BEGIN));
    if (!found.equals(BEGIN)) {
      try {
        bench.team().unhurried(() -> loop.resume(Path.of(found)));
      } catch (UncheckedIOException | IllegalArgumentException e) {
        throw new UnusableCheckpoint(e);
      }
    }
  }

  static Prefetch prefetch(Device device) {
    return device.is_cpu() ? Prefetch.OFF : Prefetch.ON;
  }

  /** Ends the run for good before its next step; from any thread. */
  void requestEnd(String why) {
    endRequested = Optional.of(why);
    Trainer running = trainer;
    if (running != null) {
      running.requestEnd(why);
    }
  }

  void requestStop() {
    stopRequested = true;
    untimed.requestStop();
    Trainer running = trainer;
    if (running != null) {
      running.requestStop();
    }
  }
}
