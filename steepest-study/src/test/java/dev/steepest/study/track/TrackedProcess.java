package dev.steepest.study.track;

import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.List;

/** A process that makes a run, tells it, and goes on from checkpoints; made to be killed. */
final class TrackedProcess {
  private TrackedProcess() {}

  /** Arguments: the folder of records, steps, steps between checkpoints. */
  public static void main(String[] args) throws InterruptedException {
    int steps = Integer.parseInt(args[1]);
    int every = Integer.parseInt(args[2]);
    Trackers trackers = Trackers.of(List.of("tensorboard", "wandb"));
    try (SmallRun run = new SmallRun(Path.of(args[0]))) {
      int made = RecordStore.steps(run.path()).size();
      int checkpoint = made / every * every;
      RunRecord record = run.begin(checkpoint);
      try (Tracking tracking = trackers.begins(record, TrackedProcess::fail)) {
        for (int step = checkpoint + 1; step <= steps; step++) {
          run.step(step, tracking);
          Thread.sleep(1);
        }
        run.end(SmallRun.FINISHED, SmallRun.RESULTS, tracking);
      }
    }
    trackers.finish();
  }

  private static void fail(String line) {
    throw new IllegalStateException(line);
  }
}
