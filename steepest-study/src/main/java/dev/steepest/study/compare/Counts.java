package dev.steepest.study.compare;

/**
 * How the runs of an arm ended.
 *
 * @param unfinished in progress, killed, or stopped by a person or a search
 */
public record Counts(int finished, int diverged, int failed, int unfinished) {

  public int total() {
    return finished + diverged + failed + unfinished;
  }

  /** Runs whose end says something about the optimizer. */
  public int decided() {
    return finished + diverged;
  }
}
