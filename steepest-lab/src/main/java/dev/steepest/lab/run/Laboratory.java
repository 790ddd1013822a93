package dev.steepest.lab.run;

import dev.steepest.lab.distributed.Team;
import dev.steepest.lab.run.RunTraining.UnusableCheckpoint;
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
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;

/**
 * Makes the runs of a plan, one after another. Finished runs are skipped, interrupted ones
 * continue, and runs that another process is at are left to it, and waited for.
 *
 * <p>In a team rank 0 calls {@link #run}, which decides what is made and keeps the records; the
 * others {@link #follow}.
 */
public final class Laboratory implements AutoCloseable {
  /** Said to followers when there is nothing more to make; no name of a run is like it. */
  private static final String END = "end";

  /** Between looks at runs of other processes. */
  private static final Duration POLL = Duration.ofSeconds(2);

  private final Workplace bench;
  private final RunListener listener;
  private final Device device;
  private final DataShelf shelf;
  private final UntimedSteps untimed;
  private final Team team;
  private boolean awaited = true; // the followers wait for a word
  private volatile boolean stopRequested;
  private volatile RunTraining current;

  /**
   * @throws IllegalArgumentException if the bench names a device that is not here
   */
  public Laboratory(Workplace bench, RunListener listener) {
    Native.prepare();
    CpuSettings.apply(bench.threads());
    this.bench = bench;
    this.listener = listener;
    this.team = bench.team();
    this.device = DeviceChoice.resolve(bench.device(), team.world());
    this.shelf = new DataShelf(bench.data(), bench.trained());
    this.untimed = new UntimedSteps(device, team);
  }

  /**
   * What became of a plan.
   *
   * @param made records of the runs made now
   * @param skipped runs that were done before
   * @param outdated those of them that were made of other files than are here now, with the names
   * @param unreadable records that stand in the way, with the reason
   * @param stopped whether a stop was asked for before all were made
   */
  public record Tally(
      List<RunRecord> made,
      int skipped,
      List<String> outdated,
      List<String> unreadable,
      boolean stopped) {
    public List<RunRecord> failed() {
      return made.stream()
          .filter(r -> r.outcome().map(o -> o.status() == Outcome.Status.FAILED).orElse(false))
          .toList();
    }
  }

  /** What stands in the way of a plan; empty if nothing does. Nothing is written. */
  public List<String> problems(List<RunSpec> plan) {
    return team.unhurriedly(() -> new Rehearsal(shelf, device, team).problems(plan));
  }

  /**
   * Makes all runs.
   *
   * @throws java.io.UncheckedIOException if a record cannot be written; what is recorded so far is
   *     kept
   */
  public Tally run(List<RunSpec> plan, RecordStore store) {
    say(ids(plan));
    List<RunRecord> made = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    List<String> outdated = new ArrayList<>();
    int skipped = 0;
    List<Integer> open = IntStream.range(0, plan.size()).boxed().toList();
    while (!open.isEmpty() && !stopRequested) {
      List<Integer> busy = new ArrayList<>();
      for (int i : open) {
        if (stopRequested) {
          break;
        }
        switch (team.unhurriedly(() -> store.claim(plan.get(i)))) {
          case Claim.Done done -> {
            skipped++;
            team.unhurried(() -> {
              outdated(done.record()).ifPresent(outdated::add);
              skip(done.record());
            });
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
        // Only what others are at is left; should one of them die, its run is ours.
        team.unhurried(Laboratory::pause);
      } else {
        team.unhurried(() -> busy.forEach(i -> listener.busy(plan.get(i))));
      }
      open = busy;
    }
    return new Tally(made, skipped, outdated, unreadable, stopRequested);
  }

  private void skip(RunRecord record) {
    bench.trackers().retell(record, line -> RunFolder.log(record.folder(), line));
    listener.skipped(record);
  }

  /** Which files of a finished run have changed since; empty where none has. */
  private Optional<String> outdated(RunRecord record) {
    SortedMap<String, String> now =
        shelf.of(record.spec()).task(record.spec(), RunTraining.prefetch(device)).checksums();
    String changed =
        record.checksums().entrySet().stream()
            .filter(
                then -> !then.getValue().equals(now.getOrDefault(then.getKey(), then.getValue())))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of("%s: %s".formatted(record.folder(), changed));
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private RunRecord execute(RunFolder folder, int index, int total) {
    say(Integer.toString(index - 1));
    awaited = false;
    RunTraining training = training(folder.spec());
    RunRecord record =
        new RunExecution(folder, training, bench, device, listener, index, total).execute();
    awaited = true;
    team.unhurried(() -> listener.ended(record));
    if (record.outcome().map(o -> o.status() == Outcome.Status.STOPPED).orElse(false)) {
      stopRequested = true; // another process of the team may have been asked
    }
    return record;
  }

  private RunTraining training(RunSpec spec) {
    RunTraining training =
        new RunTraining(spec, team.unhurriedly(() -> shelf.of(spec)), bench, device, untimed);
    current = training;
    if (stopRequested) {
      training.requestStop(); // it may have come between the check and here
    }
    return training;
  }

  /** Tells the followers what comes next: a position in the plan, or the end. */
  private String say(String what) {
    return team.textFromLeader(() -> what);
  }

  /**
   * Makes the same runs as rank 0, without records, until rank 0 closes its laboratory.
   *
   * @param plan the same as rank 0's
   */
  public void follow(List<RunSpec> plan) {
    String begun = say(END);
    if (begun.equals(END)) {
      return;
    }
    if (!begun.equals(ids(plan))) {
      throw new IllegalArgumentException(
          "this process has another plan than rank 0; give all the same experiment file and settings");
    }
    for (String next = say(END); !next.equals(END); next = say(END)) {
      RunTraining training = training(plan.get(Integer.parseInt(next)));
      try {
        training.run(RunTraining.Book.NONE);
      } catch (UnusableCheckpoint _) {
        training.run(RunTraining.Book.NONE); // rank 0 has set it aside
      }
    }
  }

  /** Stops after the current step, from any thread; the run can be resumed to the same bits. */
  public void requestStop() {
    stopRequested = true;
    RunTraining training = current;
    if (training != null) {
      training.requestStop();
    }
  }

  /**
   * Ends the run under way for good, before its next step: its record keeps the curve so far and
   * the reason, the test set is not looked at, and nobody makes it again. From any thread, or from
   * a {@link RunListener}; without effect where no run is under way, or its last step is made.
   *
   * @param why in a sentence, for the record
   */
  public void endCurrentRun(String why) {
    RunTraining training = current;
    if (training != null) {
      training.requestEnd(why);
    }
  }

  /** Frees the data sets of earlier runs, but for that of a run to come. */
  public void keepOnlyDataOf(RunSpec spec) {
    shelf.keepOnly(spec);
  }

  private static String ids(List<RunSpec> plan) {
    return plan.stream().map(RunSpec::id).collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    if (team.leads() && awaited) {
      say(END);
    }
    shelf.close();
  }
}
