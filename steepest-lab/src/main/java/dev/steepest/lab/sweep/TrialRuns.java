package dev.steepest.lab.sweep;

import dev.steepest.lab.train.Position;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Trial;
import dev.steepest.study.sweep.TrialStore.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Makes the runs of one trial, and sums up what came of them. */
final class TrialRuns {
  private TrialRuns() {}

  /**
   * How a trial ended: with the mean of its runs, or as the first of them that did not finish.
   *
   * @param make gives the record of a run; empty where it was stopped
   * @return empty where a run was stopped
   */
  static Optional<End> make(
      List<RunSpec> runs, Function<RunSpec, Optional<RunRecord>> make, TrialMetric metric) {
    List<RunRecord> made = new ArrayList<>();
    for (RunSpec spec : runs) {
      Optional<RunRecord> record = make.apply(spec);
      if (record.isEmpty()) {
        return Optional.empty();
      }
      made.add(record.get());
      if (!record.get().finished()) {
        break;
      }
    }
    return Optional.of(end(made, metric));
  }

  private static End end(List<RunRecord> made, TrialMetric metric) {
    Outcome last = made.getLast().outcome().orElseThrow();
    Trial.State state =
        switch (last.status()) {
          case FINISHED -> Trial.State.FINISHED;
          case TERMINATED -> Trial.State.TERMINATED;
          case DIVERGED -> Trial.State.DIVERGED;
          case FAILED, STOPPED -> Trial.State.FAILED;
        };
    boolean measured = state == Trial.State.FINISHED || state == Trial.State.TERMINATED;
    OptionalDouble value = measured ? mean(made, metric) : OptionalDouble.empty();
    if (state == Trial.State.FINISHED && value.isEmpty()) {
      return new End(
          Trial.State.FAILED,
          value,
          seconds(made),
          folders(made),
          "no run measured " + metric.name() + "; hold out images by data.validation");
    }
    return new End(state, value, seconds(made), folders(made), last.reason());
  }

  private static OptionalDouble mean(List<RunRecord> made, TrialMetric metric) {
    double sum = 0;
    for (RunRecord record : made) {
      OptionalDouble value = record.last(metric.name());
      if (value.isEmpty()) {
        return value;
      }
      sum += value.getAsDouble();
    }
    return OptionalDouble.of(sum / made.size());
  }

  private static double seconds(List<RunRecord> made) {
    return made.stream()
        .filter(record -> !record.evaluations().isEmpty())
        .mapToDouble(record -> record.evaluations().getLast().trainSeconds())
        .sum();
  }

  private static List<String> folders(List<RunRecord> made) {
    return made.stream().map(record -> record.folder().toAbsolutePath().toString()).toList();
  }

  /** The number of a look, counted from the beginning of the run, however often it was resumed. */
  static long iteration(RunSpec spec, Position at) {
    return iteration(spec, at.step(), at.epoch());
  }

  /** The number of a look that stands in a record. */
  static long iteration(RunSpec spec, long step, double epoch) {
    Settings evaluation = spec.settings().section("evaluation");
    return evaluation.has("every_steps")
        ? Math.ceilDiv(step, evaluation.whole("every_steps"))
        : Math.ceilDiv((long) Math.ceil(epoch), evaluation.whole("every"));
  }
}
