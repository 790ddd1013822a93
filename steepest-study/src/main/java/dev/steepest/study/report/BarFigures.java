package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.compare.TargetArrival;
import dev.steepest.study.record.Metric;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The page's bars of one problem: best validation accuracy, or final accuracy where curves are of
 * the test set, and time to each target. All start at zero.
 */
record BarFigures(Gathering g, ProblemVerdict problem) {

  /** Empty where no run has an accuracy. */
  Optional<Page.Bars> accuracy() {
    return Metric.ofTestSet(g.accuracyCurve())
        ? bars(
            "Final test accuracy",
            "Mean over finished seeds of the last evaluation, with its interval; of the test set"
                + " nothing is the best. The axis runs from 0 to 100 %.",
            RunFacts::finalTestAccuracy)
        : bars(
            "Best validation accuracy",
            "Mean over finished seeds of the best evaluation, with its interval; the axis runs from 0"
                + " to 100 %.",
            RunFacts::bestAccuracy);
  }

  private Optional<Page.Bars> bars(
      String title, String note, Function<RunFacts, OptionalDouble> of) {
    Quantity accuracy = Quantity.of(g.accuracyCurve());
    Map<String, Summary> means = new LinkedHashMap<>();
    for (ArmResult arm : problem.arms()) {
      double[] values =
          arm.finished().stream()
              .map(run -> of.apply(new RunFacts(run)))
              .flatMapToDouble(OptionalDouble::stream)
              .toArray();
      if (values.length > 0) {
        means.put(arm.arm(), Summary.of(values, g.level()));
      }
    }
    if (means.isEmpty()) {
      return Optional.empty();
    }
    Places places = new Places(0, 1, .2);
    List<Page.Bar> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      Optional<Summary> s = Optional.ofNullable(means.get(arm.arm()));
      Optional<Interval> interval = s.flatMap(Summary::interval);
      rows.add(
          new Page.Bar(
              arm.arm(),
              color(arm),
              s.map(v -> places.at(v.mean())).orElse(""),
              interval.map(i -> places.at(i.low())).orElse(""),
              interval.map(i -> places.width(i.low(), i.high())).orElse(""),
              s.map(v -> accuracy.value(v.mean())).orElse(Sections.ABSENT),
              s.isPresent() ? "" : "no finished run"));
    }
    return Optional.of(new Page.Bars(title, note, rows));
  }

  /** Medians after Kaplan and Meier, so that runs which missed the target count. */
  Page.Bars time(int target) {
    Quantity curve = Quantity.of(g.verdict().rule().curve());
    double longest =
        problem.arms().stream()
            .map(arm -> arm.arrivals().get(target).medianSeconds())
            .flatMapToDouble(OptionalDouble::stream)
            .max()
            .orElse(1);
    List<Page.Bar> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      TargetArrival arrival = arm.arrivals().get(target);
      OptionalDouble median = arrival.medianSeconds();
      boolean has = median.isPresent();
      String reached = arrival.reached() + " of " + arrival.runs();
      rows.add(
          new Page.Bar(
              arm.arm(),
              color(arm),
              has ? Places.percent(median.getAsDouble() / longest) : "",
              "",
              "",
              has ? Numbers.duration(median.getAsDouble()) : Sections.ABSENT,
              arrival.reached() == arrival.runs() ? "" : reached + " reached it"));
    }
    return new Page.Bars(
        "Time to " + curve.target(g.verdict().rule().targets().get(target)) + " " + curve.label(),
        "Median training time over seeds; runs that missed the target are censored at their end"
            + " (Kaplan–Meier).",
        rows);
  }

  private int color(ArmResult arm) {
    return g.palette().index(arm.arm()) % Palette.COLORS;
  }
}
