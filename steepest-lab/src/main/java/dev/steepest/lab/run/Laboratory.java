package dev.steepest.lab.run;

import dev.steepest.lab.train.CpuSettings;
import dev.steepest.lab.train.DeviceChoice;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RecordStore.Claim;
import dev.steepest.study.record.RunFolder;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Native;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;

/**
 * Makes the runs of a plan, one after another. Finished runs are skipped, interrupted ones
 * continue, and runs that another process is at are left to it, and waited for.
 */
public final class Laboratory implements AutoCloseable {
  /** Between looks at runs of other processes. */
  private static final Duration POLL = Duration.ofSeconds(2);

  private final Workplace bench;
  private final RunListener listener;
  private final Device device;
  private final DataShelf shelf;
  private final UntimedSteps untimed;
  private volatile boolean stopRequested;
  private volatile RunExecution current;

  /**
   * @throws IllegalArgumentException if the bench names a device that is not here
   */
  public Laboratory(Workplace bench, RunListener listener) {
    Native.prepare();
    CpuSettings.apply(bench.threads());
    this.bench = bench;
    this.listener = listener;
    this.device = DeviceChoice.resolve(bench.device());
    this.shelf = new DataShelf(bench.data());
    this.untimed = new UntimedSteps(device);
  }

  /**
   * What became of a plan.
   *
   * @param made records of the runs made now
   * @param skipped runs that were done before
   * @param unreadable records that stand in the way, with the reason
   * @param stopped whether a stop was asked for before all were made
   */
  public record Tally(List<RunRecord> made, int skipped, List<String> unreadable, boolean stopped) {
    public List<RunRecord> failed() {
      return made.stream()
          .filter(r -> r.outcome().map(o -> o.status() == Outcome.Status.FAILED).orElse(false))
          .toList();
    }
  }

  /** What stands in the way of a plan; empty if nothing does. Nothing is written. */
  public List<String> problems(List<RunSpec> plan) {
    return new Rehearsal(shelf, device).problems(plan);
  }

  /**
   * Makes all runs.
   *
   * @throws java.io.UncheckedIOException if a record cannot be written; what is recorded so far is
   *     kept
   */
  public Tally run(List<RunSpec> plan, RecordStore store) {
    List<RunRecord> made = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    int skipped = 0;
    List<Integer> open = IntStream.range(0, plan.size()).boxed().toList();
    while (!open.isEmpty() && !stopRequested) {
      List<Integer> busy = new ArrayList<>();
      for (int i : open) {
        if (stopRequested) {
          break;
        }
        switch (store.claim(plan.get(i))) {
          case Claim.Done done -> {
            skipped++;
            listener.skipped(done.record());
          }
          case Claim.Busy _ -> busy.add(i);
          case Claim.Unreadable record -> unreadable.add(record.reason());
          case Claim.Taken taken -> {
            try (RunFolder folder = taken.folder()) {
              made.add(execute(folder, i + 1, plan.size()));
            }
          }
        }
      }
      if (busy.equals(open)) {
        pause(); // only what others are at is left; should one of them die, its run is ours
      } else {
        busy.forEach(i -> listener.busy(plan.get(i)));
      }
      open = busy;
    }
    return new Tally(made, skipped, unreadable, stopRequested);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private RunRecord execute(RunFolder folder, int index, int total) {
    current = new RunExecution(folder, shelf.of(folder.spec()), bench, device, untimed, listener);
    if (stopRequested) {
      current.requestStop(); // it may have come between the check and here
    }
    RunRecord record = current.execute(index, total);
    listener.ended(record);
    return record;
  }

  /** Stops after the current step, from any thread; the run can be resumed to the same bits. */
  public void requestStop() {
    stopRequested = true;
    RunExecution execution = current;
    if (execution != null) {
      execution.requestStop();
    }
  }

  @Override
  public void close() {
    shelf.close();
  }
}
