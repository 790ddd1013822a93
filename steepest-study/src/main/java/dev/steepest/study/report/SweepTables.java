package dev.steepest.study.report;

import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Report;
import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Summary;
import dev.steepest.study.sweep.TrialStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** A sweep as CSV; what is missing is an empty cell, values are in the metric's own unit. */
record SweepTables(TriedSweep sweep) {

  /** {@code trials.csv}: a row per trial. */
  String trials() {
    List<String> header = new ArrayList<>(List.of("trial", "state"));
    sweep.axes().forEach(axis -> header.add(axis.name()));
    header.addAll(
        List.of(
            sweep.sweep().metric(),
            "rank",
            "train_seconds",
            "reports",
            "last_iteration",
            "attempts",
            "worker",
            "test_metric",
            "test_mean",
            "test_low",
            "test_high",
            "test_runs",
            "reason",
            "records"));
    return Tables.csv(header, sweep.trials().stream().map(this::row).toList());
  }

  private List<String> row(TriedTrial trial) {
    List<String> row =
        new ArrayList<>(
            List.of("" + trial.number(), trial.state().name().toLowerCase(Locale.ROOT)));
    sweep
        .axes()
        .forEach(axis -> row.add(trial.setting(axis.name()).map(String::valueOf).orElse("")));
    int rank = sweep.ranked().indexOf(trial);
    List<Report> reports = trial.entry().trial().reports();
    Optional<Summary> test = sweep.test(trial);
    row.addAll(
        List.of(
            Tables.number(trial.value()),
            rank < 0 ? "" : "" + (rank + 1),
            Tables.number(trial.seconds()),
            "" + reports.size(),
            reports.stream().map(Report::iteration).max(Long::compare).map(i -> "" + i).orElse(""),
            "" + trial.entry().attempts(),
            trial.entry().worker(),
            test.isPresent() ? sweep.tested().orElseThrow().metric() : "",
            number(test.map(Summary::mean)),
            number(test.flatMap(Summary::interval).map(i -> i.low())),
            number(test.flatMap(Summary::interval).map(i -> i.high())),
            test.map(s -> "" + s.n()).orElse(""),
            trial.reason(),
            String.join(" ", records(trial))));
    return row;
  }

  private static List<String> records(TriedTrial trial) {
    return trial.runs().isEmpty()
        ? trial.entry().end().map(TrialStore.End::records).orElse(List.of())
        : trial.runs().stream().map(RunRecord::folder).map(String::valueOf).toList();
  }

  /** {@code reports.csv}: a row per look at a trial on its way. */
  String reports() {
    List<List<String>> rows = new ArrayList<>();
    for (TriedTrial trial : sweep.trials()) {
      for (Report report : trial.entry().trial().reports()) {
        rows.add(
            List.of(
                "" + trial.number(),
                "" + report.iteration(),
                Tables.number(OptionalDouble.of(report.value()))));
      }
    }
    return Tables.csv(List.of("trial", "iteration", sweep.sweep().metric()), rows);
  }

  /** {@code importance.csv}: a row per hyper-parameter that varied. */
  String importance() {
    List<List<String>> rows = new ArrayList<>();
    for (Importance.Effect e : effects()) {
      rows.add(
          List.of(
              e.factor(),
              number(e.alone()),
              number(e.aloneInterval().low()),
              number(e.aloneInterval().high()),
              number(e.shuffled()),
              number(e.shuffledInterval().low()),
              number(e.shuffledInterval().high()),
              "" + e.shown()));
    }
    return Tables.csv(
        List.of(
            "parameter",
            "alone",
            "alone_low",
            "alone_high",
            "shuffled",
            "shuffled_low",
            "shuffled_high",
            "told_from_noise"),
        rows);
  }

  /** {@code marginals.csv}: the objective over each hyper-parameter, all others averaged out. */
  String marginals() {
    List<List<String>> rows = new ArrayList<>();
    for (Importance.Effect e : effects()) {
      ParameterAxis axis =
          sweep.varied().stream()
              .filter(a -> a.name().equals(e.factor()))
              .findFirst()
              .orElseThrow();
      for (Importance.Point point : e.curve()) {
        rows.add(
            List.of(
                e.factor(),
                axis.valueAt(point.at()),
                number(point.mean()),
                number(point.deviation())));
      }
    }
    return Tables.csv(List.of("parameter", "value", "mean", "standard_error"), rows);
  }

  private List<Importance.Effect> effects() {
    return sweep.importance().found().map(Importance::effects).orElse(List.of());
  }

  private static String number(Optional<Double> value) {
    return Tables.number(value.stream().mapToDouble(v -> v).findFirst());
  }

  private static String number(double value) {
    return Tables.number(OptionalDouble.of(value));
  }
}
