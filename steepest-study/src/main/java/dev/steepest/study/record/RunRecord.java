package dev.steepest.study.record;

import dev.steepest.study.plan.RunSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of one run: what was asked, where it ran, what came out.
 *
 * @param spec what was asked
 * @param environment where it ran; of the last session if the run was resumed
 * @param checksums SHA-256 of each data split by name ({@code "train"}, {@code "validation"},
 *     {@code "test"}); also of {@link #INITIAL_WEIGHTS}
 * @param groups the parameter groups as they were trained, one line each
 * @param evaluations in order of steps
 * @param results values measured once at the end, by {@link Metric} name
 * @param outcome empty while the run is in progress or was killed
 * @param folder where the record lies
 */
public record RunRecord(
    RunSpec spec,
    Environment environment,
    SortedMap<String, String> checksums,
    List<String> groups,
    List<Evaluation> evaluations,
    SortedMap<String, Double> results,
    Optional<Outcome> outcome,
    Path folder) {
  /** Among the checksums: the file of weights that a network began from, where it did. */
  public static final String INITIAL_WEIGHTS = "pretrained";

  /** Where settings say how long a sequence of text is. */
  private static final String CONTEXT = "model.context";

  public RunRecord {
    checksums = Collections.unmodifiableSortedMap(new TreeMap<>(checksums));
    groups = List.copyOf(groups);
    evaluations = List.copyOf(evaluations);
    results = Collections.unmodifiableSortedMap(new TreeMap<>(results));
  }

  /** The same record under another specification, e.g. with other names for problem and arm. */
  RunRecord as(RunSpec other) {
    return new RunRecord(
        other, environment, checksums, groups, evaluations, results, outcome, folder);
  }

  public boolean finished() {
    return has(Outcome.Status.FINISHED);
  }

  public boolean diverged() {
    return has(Outcome.Status.DIVERGED);
  }

  /** Whether whoever had the run made ended it for good before its end. */
  public boolean terminated() {
    return has(Outcome.Status.TERMINATED);
  }

  /** Whether nothing more is to be done for the run: it is not made again. */
  public boolean done() {
    return finished() || diverged() || terminated();
  }

  private boolean has(Outcome.Status status) {
    return outcome.map(o -> o.status() == status).orElse(false);
  }

  /** The value of {@code metric} at the end: among the results, else at the last evaluation. */
  public OptionalDouble last(String metric) {
    Double result = results.get(metric);
    if (result != null) {
      return OptionalDouble.of(result);
    }
    return evaluations.isEmpty() ? OptionalDouble.empty() : evaluations.getLast().value(metric);
  }

  /** The largest value that {@code metric} reached at any evaluation. */
  public OptionalDouble best(String metric) {
    return evaluations.stream()
        .map(e -> e.value(metric))
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .max();
  }

  /**
   * Training seconds through the first evaluation at which {@code metric} was at least {@code
   * target}.
   */
  public OptionalDouble secondsTo(String metric, double target) {
    return evaluations.stream()
        .filter(e -> e.value(metric).orElse(Double.NEGATIVE_INFINITY) >= target)
        .mapToDouble(Evaluation::trainSeconds)
        .findFirst();
  }

  /** Whether the run was trained on tokens: it has a perplexity, or tokens per second. */
  public boolean ofTokens() {
    return results.keySet().stream().anyMatch(Metric::ofTokens)
        || evaluations.stream()
            .anyMatch(e -> e.values().keySet().stream().anyMatch(Metric::ofTokens));
  }

  /**
   * Tokens of text that were trained on by {@code at}: its samples are sequences as long as the
   * model's context. Empty where a record does not say.
   */
  public OptionalLong tokens(Evaluation at) {
    boolean known = at.samples() >= 0 && spec.settings().has(CONTEXT);
    return known
        ? OptionalLong.of(at.samples() * spec.settings().whole(CONTEXT))
        : OptionalLong.empty();
  }

  /** The same record with other rows. */
  public RunRecord withRows(List<Evaluation> rows) {
    return new RunRecord(spec, environment, checksums, groups, rows, results, outcome, folder);
  }

  /**
   * What a run of the same settings gives again, to the bit: the results that are not the
   * machine's.
   */
  public SortedMap<String, Double> measured() {
    SortedMap<String, Double> measured = new TreeMap<>(results);
    measured.keySet().removeIf(Metric::ofMachine);
    return measured;
  }
}
