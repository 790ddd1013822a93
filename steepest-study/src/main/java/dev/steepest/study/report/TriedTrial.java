package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A trial with its records.
 *
 * @param runs of the trial itself
 * @param finals its configuration again on fresh seeds
 */
record TriedTrial(TrialStore.Entry entry, List<RunRecord> runs, List<RunRecord> finals) {

  int number() {
    return entry.trial().number();
  }

  Trial.State state() {
    return entry.trial().state();
  }

  boolean finished() {
    return state() == Trial.State.FINISHED;
  }

  /** Of the objective at the end; of a trial under way its newest. */
  OptionalDouble value() {
    OptionalDouble end = entry.trial().value();
    if (end.isPresent() && Double.isFinite(end.getAsDouble())) {
      return end;
    }
    return state().ended() && state() != Trial.State.TERMINATED
        ? OptionalDouble.empty()
        : entry.trial().reports().stream()
            .max(Comparator.comparingLong(r -> r.iteration()))
            .filter(r -> Double.isFinite(r.value()))
            .map(r -> OptionalDouble.of(r.value()))
            .orElse(OptionalDouble.empty());
  }

  Optional<Object> setting(String parameter) {
    return Optional.ofNullable(entry.trial().values().get(parameter));
  }

  /** "lr 0.001, batch 64", by the given parameters; those without a value are left out. */
  String described(List<ParameterAxis> parameters) {
    return Numbers.and(
        parameters.stream()
            .filter(p -> setting(p.name()).isPresent())
            .map(p -> p.label() + " " + ParameterAxis.text(setting(p.name()).orElseThrow()))
            .toList());
  }

  /** Of training: as the worker said, else of the records so far. */
  OptionalDouble seconds() {
    Optional<Double> said = entry.end().map(TrialStore.End::seconds).filter(Double::isFinite);
    return said.isPresent()
        ? OptionalDouble.of(said.get())
        : runs.stream()
            .filter(run -> !run.evaluations().isEmpty())
            .mapToDouble(run -> run.evaluations().getLast().trainSeconds())
            .reduce(Double::sum);
  }

  String reason() {
    return entry.end().map(TrialStore.End::reason).orElse("");
  }

  /** When the first of its runs began: the clocks of training and evaluation before its end. */
  Optional<Instant> begun() {
    return runs.stream()
        .filter(run -> run.outcome().isPresent())
        .map(run -> run.outcome().orElseThrow().at().minusMillis(Math.round(1000 * clock(run))))
        .min(Comparator.naturalOrder());
  }

  Optional<Instant> ended() {
    return runs.stream()
        .flatMap(run -> run.outcome().stream())
        .map(Outcome::at)
        .max(Comparator.naturalOrder());
  }

  private static double clock(RunRecord run) {
    if (run.evaluations().isEmpty()) {
      return 0;
    }
    Evaluation last = run.evaluations().getLast();
    double seconds = last.trainSeconds() + last.evalSeconds();
    return Double.isFinite(seconds) ? seconds : 0;
  }

  /** What its runs were told that was not a parameter of the sweep, by RunFacts' names. */
  Optional<RunFacts> facts() {
    return runs.stream().findFirst().or(() -> finals.stream().findFirst()).map(RunFacts::new);
  }

  /** Trials by number. */
  static List<TriedTrial> of(SweepResults results) {
    return results.entries().stream()
        .map(entry ->
            new TriedTrial(
                entry,
                at(results.runs(), entry.trial().number()),
                at(results.finals(), entry.trial().number())))
        .collect(Collectors.toUnmodifiableList());
  }

  private static List<RunRecord> at(Map<Integer, List<RunRecord>> records, int number) {
    return records.getOrDefault(number, List.of());
  }
}
