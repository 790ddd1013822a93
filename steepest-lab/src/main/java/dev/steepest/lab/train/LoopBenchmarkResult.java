package dev.steepest.lab.train;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

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

  /** Median share of the bare speed that the loop keeps. */
  public double medianRatio() {
    return median(Round::ratio);
  }

  /** Median images per second without the loop. */
  public double medianBare() {
    return median(Round::bare);
  }

  /** Median images per second with the loop. */
  public double medianFull() {
    return median(Round::full);
  }

  /** Difference between the largest and the smallest ratio. */
  public double ratioSpread() {
    double[] ratios = rounds.stream().mapToDouble(Round::ratio).sorted().toArray();
    return ratios[ratios.length - 1] - ratios[0];
  }

  /** By how many bytes the process grew from the first to the last round, if known. */
  public OptionalLong growth() {
    OptionalLong first = rounds.getFirst().residentBytes();
    OptionalLong last = rounds.getLast().residentBytes();
    return first.isPresent() && last.isPresent()
        ? OptionalLong.of(last.getAsLong() - first.getAsLong())
        : OptionalLong.empty();
  }

  private double median(ToDoubleFunction<Round> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }
}
