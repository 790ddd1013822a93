package dev.steepest.study.record;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One look at a run: where it stood, and what was measured there.
 *
 * <p>The same shape serves the evaluations of a run ({@code metrics.csv}) and its logged steps
 * ({@code steps.csv}). A value that was not measured is absent, never zero.
 *
 * @param epoch passes over the training data so far; fractional within an epoch
 * @param step optimizer steps so far
 * @param samples training samples (images, tokens) seen so far
 * @param trainSeconds training time so far; evaluation is outside this clock
 * @param evalSeconds evaluation time so far
 * @param values measured values by name, e.g. {@link Metric#VAL_ACCURACY}
 */
public record Evaluation(
    double epoch,
    long step,
    long samples,
    double trainSeconds,
    double evalSeconds,
    SortedMap<String, Double> values) {

  public Evaluation {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  public Evaluation(
      double epoch,
      long step,
      long samples,
      double trainSeconds,
      double evalSeconds,
      Map<String, Double> values) {
    this(
        epoch,
        step,
        samples,
        trainSeconds,
        evalSeconds,
        (SortedMap<String, Double>) new TreeMap<>(values));
  }

  public OptionalDouble value(String metric) {
    Double value = values.get(metric);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /**
   * Whether both say the same of the run, to the bit; seconds are the machine's and do not count.
   */
  public boolean sameMeasurement(Evaluation other) {
    return epoch == other.epoch
        && step == other.step
        && samples == other.samples
        && withoutSeconds().equals(other.withoutSeconds());
  }

  private SortedMap<String, Double> withoutSeconds() {
    SortedMap<String, Double> rest = new TreeMap<>(values);
    rest.keySet().removeIf(Metric::ofMachine);
    return rest;
  }
}
