package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.report.page.SweepPage;
import dev.steepest.study.report.page.SweepPage.Marginal;
import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Importance.Effect;
import dev.steepest.study.stats.Importance.Point;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The objective over each hyper-parameter, all others averaged out, with the trials as dots: a
 * curve of numbers, a row for each name.
 */
record MarginalFigures(TriedSweep sweep, Importance importance, double low, double high) {
  /** Standard errors to either side of a curve: about 95 %. */
  private static final double ERRORS = 2;

  /** Space about the drawing, in the figure's units: room for labels left and below. */
  private static final int LEFT = 46;

  private static final int RIGHT = 10;
  private static final int TOP = 8;
  private static final int BOTTOM = 26;

  static Optional<MarginalFigures> of(TriedSweep sweep) {
    return sweep
        .importance()
        .found()
        .flatMap(found ->
            sweep
                .objectiveAxis()
                .map(axis -> new MarginalFigures(sweep, found, axis.low(), axis.high())));
  }

  /** Of numbers, those that explain most first. */
  List<Marginal> curves() {
    return ordered().stream()
        .filter(effect -> axis(effect).numeric())
        .map(effect -> curve(axis(effect), effect))
        .toList();
  }

  /** Of names. */
  List<Page.Strip> strips() {
    return ordered().stream()
        .filter(effect -> !axis(effect).numeric())
        .map(effect -> strip(axis(effect), effect))
        .toList();
  }

  private List<Effect> ordered() {
    return importance.effects().stream()
        .sorted((a, b) -> Double.compare(b.alone(), a.alone()))
        .toList();
  }

  private ParameterAxis axis(Effect effect) {
    return sweep.varied().stream()
        .filter(axis -> axis.name().equals(effect.factor()))
        .findFirst()
        .orElseThrow();
  }

  private Marginal curve(ParameterAxis axis, Effect effect) {
    Places places = places();
    List<String> line = new ArrayList<>();
    List<String> back = new ArrayList<>();
    List<String> band = new ArrayList<>();
    for (Point point : effect.curve()) {
      if (!Double.isNaN(point.at())) {
        double x = x(axis.at(point.at()));
        double error = ERRORS * point.deviation();
        line.add(pair(x, y(places, point.mean())));
        band.add(pair(x, y(places, point.mean() - error)));
        back.add(pair(x, y(places, point.mean() + error)));
      }
    }
    Collections.reverse(back);
    band.addAll(back);
    List<SweepPage.Dot> dots = new ArrayList<>();
    for (TriedTrial trial : valued()) {
      dots.add(
          new SweepPage.Dot(
              number(x(axis.share(trial.setting(axis.name())))),
              number(y(places, trial.value().getAsDouble())),
              title(trial, axis)));
    }
    return new Marginal(
        axis.label(),
        String.join(" ", line),
        String.join(" ", band),
        dots,
        axis.ticks().stream()
            .map(t -> new SweepPage.Place(number(x(t.share())), t.label()))
            .toList(),
        places.ticks().stream()
            .map(t -> new SweepPage.Place(number(y(places, t / factor())), places.label(t)))
            .toList());
  }

  private Page.Strip strip(ParameterAxis axis, Effect effect) {
    Places places = places();
    double f = factor();
    List<Page.StripRow> rows = new ArrayList<>();
    for (Point point : effect.curve()) {
      Optional<Object> level =
          Double.isNaN(point.at()) ? Optional.empty() : Optional.of(axis.valueAt(point.at()));
      double error = ERRORS * point.deviation();
      rows.add(
          new Page.StripRow(
              level.map(String::valueOf).orElse("none"),
              0,
              valued().stream()
                  .filter(
                      trial -> trial.setting(axis.name()).map(ParameterAxis::text).equals(level))
                  .map(trial -> places.at(f * trial.value().getAsDouble()))
                  .toList(),
              places.at(f * point.mean()),
              places.at(f * (point.mean() - error)),
              places.width(f * (point.mean() - error), f * (point.mean() + error)),
              sweep.objective().value(point.mean())));
    }
    return new Page.Strip(
        axis.label(),
        places.ticks().stream().map(t -> new Page.Tick(places.at(t), places.label(t))).toList(),
        rows,
        "Each dot is a trial; the mark is the mean over all other hyper-parameters, the bar about twice its standard error.");
  }

  private Places places() {
    return Places.around(factor() * low, factor() * high);
  }

  private double factor() {
    return sweep.objective().factor();
  }

  private List<TriedTrial> valued() {
    return sweep.trials().stream().filter(trial -> trial.value().isPresent()).toList();
  }

  private String title(TriedTrial trial, ParameterAxis axis) {
    Quantity objective = sweep.objective();
    return "trial %d: %s %s, %s"
        .formatted(
            trial.number(),
            axis.label(),
            trial.setting(axis.name()).map(ParameterAxis::text).orElse("none"),
            objective.value(trial.value().getAsDouble()));
  }

  private static double x(double share) {
    return LEFT + share * (Marginal.WIDTH - LEFT - RIGHT - 8) + 4;
  }

  private double y(Places places, double value) {
    return TOP + (1 - places.share(factor() * value)) * (Marginal.HEIGHT - TOP - BOTTOM);
  }

  private static String pair(double x, double y) {
    return number(x) + "," + number(y);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** "from 30 trials that ended with a value; …". */
  static String note(ParameterImportance importance, Importance found) {
    List<String> parts = new ArrayList<>();
    parts.add(
        "A forest of regression trees, from %s; it predicts %s of the variance of trials that it was not grown on"
            .formatted(
                Numbers.count(found.observations(), "trial"),
                SweepWords.percent(Math.max(0, found.explained()))));
    if (importance.early() > 0) {
      parts.add(
          "%s ended early and %s with the last value"
              .formatted(
                  Numbers.count(importance.early(), "trial"),
                  importance.early() == 1 ? "counts" : "count"));
    }
    if (importance.capped() > 0) {
      parts.add(
          "%s that diverged or lay far behind %s as much as the worst of the others"
              .formatted(
                  Numbers.count(importance.capped(), "trial"),
                  importance.capped() == 1 ? "counts" : "count"));
    }
    return String.join("; ", parts)
        + ". Alone: share of the forest's variance by this hyper-parameter when all others are averaged out. Shuffled: what the prediction loses, of the variance, when its values are exchanged between trials. Whiskers: 95 % intervals.";
  }
}
