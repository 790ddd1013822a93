package dev.steepest.study.compare;

import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Moments;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.RatioOfMeans;
import dev.steepest.study.stats.Summary;
import dev.steepest.study.stats.Welch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One quantity of an arm against the baseline's, as benchmarks state it. What may be claimed is the
 * verdict's to say; see {@link Comparison}.
 *
 * @param difference mean of the arm less mean of the baseline; empty where one has no value
 * @param welch the same with interval and test, the runs taken as independent; empty below two
 *     values on either side
 * @param holm Welch's p adjusted over every arm and problem of this quantity
 * @param paired over the seeds that both have; empty below two
 * @param ratio of a time, arm's mean over baseline's; empty for other quantities
 * @param ratioInterval see {@link RatioOfMeans}; empty below two values on either side
 */
public record BenchmarkContrast(
    String arm,
    String baseline,
    Quantity quantity,
    OptionalDouble difference,
    Optional<Welch> welch,
    OptionalDouble holm,
    Optional<PairedT> paired,
    OptionalDouble ratio,
    Optional<Interval> ratioInterval) {

  static BenchmarkContrast of(
      Benchmark.Arm arm, Benchmark.Arm baseline, Quantity quantity, double level) {
    Map<Long, Double> first = bySeed(arm.runs(), quantity);
    Map<Long, Double> second = bySeed(baseline.runs(), quantity);
    List<Long> shared = first.keySet().stream().filter(second::containsKey).sorted().toList();
    double[] a = values(arm.runs(), quantity);
    double[] b = values(baseline.runs(), quantity);
    boolean tested = a.length > 1 && b.length > 1;
    boolean both = a.length > 0 && b.length > 0;
    boolean times = both && quantity.scale() == Quantity.Scale.SECONDS && mean(b) > 0;
    return new BenchmarkContrast(
        arm.name(),
        baseline.name(),
        quantity,
        both ? OptionalDouble.of(mean(a) - mean(b)) : OptionalDouble.empty(),
        tested ? Optional.of(Welch.of(a, b, level)) : Optional.empty(),
        OptionalDouble.empty(),
        shared.size() > 1
            ? Optional.of(PairedT.of(at(shared, first), at(shared, second), level))
            : Optional.empty(),
        times ? OptionalDouble.of(mean(a) / mean(b)) : OptionalDouble.empty(),
        times && tested
            ? RatioOfMeans.of(Moments.of(a), Moments.of(b), level).map(RatioOfMeans::interval)
            : Optional.empty());
  }

  /** The p that decides, before adjustment. */
  OptionalDouble p() {
    return welch.map(w -> OptionalDouble.of(w.p())).orElse(OptionalDouble.empty());
  }

  BenchmarkContrast adjusted(OptionalDouble adjusted) {
    return new BenchmarkContrast(
        arm, baseline, quantity, difference, welch, adjusted, paired, ratio, ratioInterval);
  }

  /** Percent of the baseline's time that the arm saves; negative where it takes longer. */
  public OptionalDouble speedUpPercent() {
    return ratio.isPresent()
        ? OptionalDouble.of(100 * (1 - ratio.getAsDouble()))
        : OptionalDouble.empty();
  }

  static double[] values(List<RunRecord> runs, Quantity quantity) {
    return runs.stream().map(quantity::atEnd).flatMapToDouble(OptionalDouble::stream).toArray();
  }

  private static Map<Long, Double> bySeed(Collection<RunRecord> runs, Quantity quantity) {
    return runs.stream()
        .filter(run -> run.spec().seed() >= 0 && quantity.atEnd(run).isPresent())
        .collect(
            Collectors.toMap(run -> run.spec().seed(), run -> quantity.atEnd(run).getAsDouble()));
  }

  private static double[] at(List<Long> seeds, Map<Long, Double> values) {
    return seeds.stream().map((Function<Long, Double>) values::get).mapToDouble(d -> d).toArray();
  }

  private static double mean(double[] values) {
    return Summary.of(values, .95).mean();
  }
}
