package dev.steepest.study.compare;

import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.util.Collection;

/**
 * How the runs of an arm ended.
 *
 * @param unfinished in progress, killed, or stopped by a person or a search
 */
public record Counts(int finished, int diverged, int failed, int unfinished) {

  static Counts of(Collection<RunRecord> runs) {
    int finished = (int) runs.stream().filter(RunRecord::finished).count();
    int diverged = (int) runs.stream().filter(RunRecord::diverged).count();
    int failed = (int) runs.stream().filter(Counts::failed).count();
    return new Counts(finished, diverged, failed, runs.size() - finished - diverged - failed);
  }

  static boolean failed(RunRecord run) {
    return run.outcome().filter(o -> o.status() == Outcome.Status.FAILED).isPresent();
  }

  public int total() {
    return finished + diverged + failed + unfinished;
  }

  /** Runs whose end says something about the optimizer. */
  public int decided() {
    return finished + diverged;
  }
}
