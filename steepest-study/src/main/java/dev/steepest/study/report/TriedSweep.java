package dev.steepest.study.report;

import dev.steepest.study.compare.Quantity;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Goal;
import dev.steepest.study.search.Trial;
import dev.steepest.study.stats.Summary;
import dev.steepest.study.sweep.Sweep;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A sweep's trials in order, and what follows from them.
 *
 * @param trials by number
 * @param ranked those that finished with a value, the best first; equal ones by number
 * @param axes of all hyper-parameters, in the order of the file
 * @param objective how the metric is spoken of
 * @param importance of those that varied
 */
record TriedSweep(
    Sweep sweep,
    List<TriedTrial> trials,
    List<TriedTrial> ranked,
    List<ParameterAxis> axes,
    Quantity objective,
    ParameterImportance importance) {

  /** Level of all intervals. */
  static final double LEVEL = 1 - DecisionRule.USUAL_ALPHA;

  static TriedSweep of(SweepResults results) {
    Sweep sweep = results.sweep();
    List<TriedTrial> trials = TriedTrial.of(results);
    List<TriedTrial> ranked =
        trials.stream()
            .filter(trial -> trial.finished() && trial.value().isPresent())
            .sorted(
                Comparator.comparingDouble(trial -> sweep.goal().cost(trial.value().getAsDouble())))
            .toList();
    List<ParameterAxis> axes = axes(sweep, trials);
    Quantity objective =
        Quantity.of(
            sweep.metric(),
            sweep.goal() == Goal.MAXIMIZE
                ? DecisionRule.Goal.MAXIMIZE
                : DecisionRule.Goal.MINIMIZE);
    return new TriedSweep(
        sweep, trials, ranked, axes, objective, ParameterImportance.of(sweep.goal(), trials, axes));
  }

  private static List<ParameterAxis> axes(Sweep sweep, List<TriedTrial> trials) {
    List<String> names =
        Stream.concat(
                sweep.parameters().stream(),
                trials.stream().flatMap(trial -> trial.entry().trial().values().keySet().stream()))
            .distinct()
            .toList();
    Map<String, String> labels = ParameterAxis.labels(names);
    return names.stream()
        .map(name -> {
          List<Object> values = trials.stream().flatMap(t -> t.setting(name).stream()).toList();
          boolean missing = values.size() < trials.size();
          return ParameterAxis.of(name, labels.get(name), values, missing);
        })
        .toList();
  }

  Optional<TriedTrial> best() {
    return ranked.stream().findFirst();
  }

  /** The hyper-parameters that differ between trials. */
  List<ParameterAxis> varied() {
    return axes.stream().filter(ParameterAxis::varied).toList();
  }

  /** The short name of a hyper-parameter. */
  String label(String name) {
    return axes.stream()
        .filter(axis -> axis.name().equals(name))
        .map(ParameterAxis::label)
        .findFirst()
        .orElse(name);
  }

  int count(Trial.State state) {
    return (int) trials.stream().filter(trial -> trial.state() == state).count();
  }

  /** Training seconds of all trials. */
  double seconds() {
    return trials.stream().mapToDouble(trial -> trial.seconds().orElse(0)).sum();
  }

  /** Whether a value is as good as the sweep's target; false where it has none. */
  boolean reaches(TriedTrial trial) {
    OptionalDouble target = sweep.target();
    OptionalDouble value = trial.value();
    return target.isPresent()
        && value.isPresent()
        && !sweep.goal().better(target.getAsDouble(), value.getAsDouble());
  }

  /** What the objective is called on the test set: by its kind, as far as any run measured it. */
  Optional<Quantity> tested() {
    String name = sweep.metric();
    List<String> kinds =
        name.contains("perplexity")
            ? List.of(Metric.TEST_PERPLEXITY)
            : name.contains("loss")
                ? List.of(Metric.TEST_LOSS, Metric.TTA_LOSS)
                : List.of(Metric.TEST_ACCURACY, Metric.TTA_ACCURACY);
    return kinds.stream()
        .filter(kind ->
            trials.stream()
                .flatMap(trial -> Stream.concat(trial.finals().stream(), trial.runs().stream()))
                .anyMatch(run -> run.results().containsKey(kind)))
        .findFirst()
        .map(Quantity::of);
  }

  /** On the test set: of runs on fresh seeds where there are any, else of the trial itself. */
  Optional<Summary> test(TriedTrial trial) {
    Optional<Summary> fresh = tested().flatMap(metric -> summary(metric, trial.finals()));
    return fresh.isPresent() ? fresh : tested().flatMap(metric -> summary(metric, trial.runs()));
  }

  /** Of the runs that finished and measured it. */
  static Optional<Summary> summary(Quantity metric, List<RunRecord> runs) {
    double[] values =
        runs.stream()
            .filter(RunRecord::finished)
            .map(run -> run.results().get(metric.metric()))
            .filter(value -> value != null && Double.isFinite(value))
            .mapToDouble(value -> value)
            .toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(Summary.of(values, LEVEL));
  }

  /** An axis for the objective, without the few worst; empty where no trial has a value. */
  Optional<ObjectiveAxis> objectiveAxis() {
    double[] costs =
        trials.stream()
            .filter(trial -> trial.value().isPresent())
            .mapToDouble(trial -> sweep.goal().cost(trial.value().getAsDouble()))
            .sorted()
            .toArray();
    if (costs.length == 0) {
      return Optional.empty();
    }
    double best = sweep.goal().cost(costs[0]);
    double worst =
        sweep.goal().cost(Math.min(costs[costs.length - 1], ParameterImportance.limit(costs)));
    return Optional.of(new ObjectiveAxis(objective, Math.min(best, worst), Math.max(best, worst)));
  }
}
