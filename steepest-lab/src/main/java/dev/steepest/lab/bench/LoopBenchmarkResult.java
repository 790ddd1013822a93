package dev.steepest.lab.bench;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a {@link LoopBenchmark} measured.
 *
 * @param rounds in order, at least one
 */
public record LoopBenchmarkResult(List<Round> rounds) {

  public LoopBenchmarkResult {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("A benchmark needs at least one round.");
    }
  }

  /**
   * One round.
   *
   * @param bare images per second of forward, backward and step over resident tensors
   * @param full images per second of the whole loop
   * @param residentBytes memory of the process at its end; empty where it cannot be known
   */
  public record Round(double bare, double full, OptionalLong residentBytes) {
    /** Share of the bare speed that the loop keeps; 1 = costs nothing. */
    public double ratio() {
      return full / bare;
    }
  }

  /** Share of the bare speed that the loop keeps. */
  public Spread ratio() {
    return Spread.of(rounds.stream().mapToDouble(Round::ratio).toArray());
  }

  /** By how many bytes the process grew from the first to the last round, if known. */
  public OptionalLong growth() {
    OptionalLong first = rounds.getFirst().residentBytes();
    OptionalLong last = rounds.getLast().residentBytes();
    return first.isPresent() && last.isPresent()
        ? OptionalLong.of(last.getAsLong() - first.getAsLong())
        : OptionalLong.empty();
  }
}
