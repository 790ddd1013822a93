package dev.steepest.study.compare;

import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Bootstrap;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Accuracy and time of whole runs on one problem, as a speed benchmark states them: every arm by
 * itself, and against the baseline.
 *
 * @param accuracy what is called the accuracy: with test-time augmentation where all runs have it
 * @param arms the baseline first
 * @param accuracies contrasts of accuracy, one per arm but the baseline
 * @param times contrasts of the time of the whole run, in the same order
 */
public record Benchmark(
    String problem,
    Quantity accuracy,
    List<Arm> arms,
    List<BenchmarkContrast> accuracies,
    List<BenchmarkContrast> times) {

  /** The time of the whole run. */
  public static final Quantity SECONDS = Quantity.of(Metric.TOTAL_SECONDS);

  /** Draws the resamples; any number would do. */
  private static final long SEED = 20;

  /**
   * One arm.
   *
   * @param result of the verdict
   * @param accuracy empty where no finished run has one
   */
  public record Arm(ArmResult result, Optional<Sample> accuracy, Optional<Sample> seconds) {

    public String name() {
      return result.arm();
    }

    /** The finished runs, whose end is summarised. */
    public List<RunRecord> runs() {
      return result.finished();
    }
  }

  /**
   * A sample with its intervals.
   *
   * @param bootstrap of the mean; empty for a single value
   */
  public record Sample(Summary summary, Optional<Bootstrap> bootstrap) {

    static Optional<Sample> of(double[] values, double level) {
      return values.length == 0
          ? Optional.empty()
          : Optional.of(
              new Sample(
                  Summary.of(values, level),
                  values.length < 2
                      ? Optional.empty()
                      : Optional.of(Bootstrap.ofMean(values, level, SEED))));
    }
  }

  public Benchmark {
    arms = List.copyOf(arms);
    accuracies = List.copyOf(accuracies);
    times = List.copyOf(times);
  }

  /** A benchmark for each problem whose runs state a total time and an accuracy on test images. */
  public static List<Benchmark> of(Verdict verdict) {
    double level = 1 - verdict.rule().alpha();
    List<Benchmark> benchmarks =
        verdict.problems().stream()
            .filter(Benchmark::isBenchmark)
            .map(problem -> of(problem, verdict.rule().baseline(), level))
            .toList();
    Iterator<OptionalDouble> accuracies = holm(benchmarks, Benchmark::accuracies);
    Iterator<OptionalDouble> times = holm(benchmarks, Benchmark::times);
    return benchmarks.stream()
        .map(b ->
            new Benchmark(
                b.problem,
                b.accuracy,
                b.arms,
                b.accuracies.stream().map(c -> c.adjusted(accuracies.next())).toList(),
                b.times.stream().map(c -> c.adjusted(times.next())).toList()))
        .toList();
  }

  /** What the arms are compared with; empty where the rule's baseline was not run. */
  public Optional<String> baseline() {
    return accuracies.stream().map(BenchmarkContrast::baseline).findFirst();
  }

  private static Benchmark of(ProblemVerdict problem, Optional<String> named, double level) {
    Quantity accuracy = accuracy(problem);
    List<Arm> arms =
        problem.arms().stream()
            .map(result ->
                new Arm(
                    result,
                    Sample.of(BenchmarkContrast.values(result.finished(), accuracy), level),
                    Sample.of(BenchmarkContrast.values(result.finished(), SECONDS), level)))
            .toList();
    List<BenchmarkContrast> accuracies = new ArrayList<>();
    List<BenchmarkContrast> times = new ArrayList<>();
    Arm first = arms.getFirst();
    if (named.isEmpty() || named.get().equals(first.name())) {
      for (Arm arm : arms.subList(1, arms.size())) {
        accuracies.add(BenchmarkContrast.of(arm, first, accuracy, level));
        times.add(BenchmarkContrast.of(arm, first, SECONDS, level));
      }
    }
    return new Benchmark(problem.problem(), accuracy, arms, accuracies, times);
  }

  private static Iterator<OptionalDouble> holm(
      List<Benchmark> benchmarks, Function<Benchmark, List<BenchmarkContrast>> contrasts) {
    return Family.holm(
            benchmarks.stream()
                .flatMap(b -> contrasts.apply(b).stream())
                .map(BenchmarkContrast::p)
                .toList())
        .iterator();
  }

  private static boolean isBenchmark(ProblemVerdict problem) {
    return finished(problem).stream()
        .anyMatch(run ->
            SECONDS.atEnd(run).isPresent()
                && (run.results().containsKey(Metric.TTA_ACCURACY)
                    || run.results().containsKey(Metric.TEST_ACCURACY)));
  }

  private static Quantity accuracy(ProblemVerdict problem) {
    Quantity views = Quantity.of(Metric.TTA_ACCURACY);
    Quantity plain = Quantity.of(Metric.TEST_ACCURACY);
    boolean all =
        finished(problem).stream()
            .filter(run -> views.atEnd(run).isPresent() || plain.atEnd(run).isPresent())
            .allMatch(run -> views.atEnd(run).isPresent());
    return all ? views : plain;
  }

  private static List<RunRecord> finished(ProblemVerdict problem) {
    return problem.arms().stream().flatMap(arm -> arm.finished().stream()).toList();
  }
}
