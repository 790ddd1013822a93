package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * The metric over the learning rate: a line for each row of {@link LearningRates}, with intervals,
 * single runs as dots, and the best rate marked. Places are shares of the drawing in [0, 1], y from
 * its foot.
 *
 * @param lines of rows that have a value
 */
record RatePlot(
    LearningRates rates, Quantity metric, ParameterAxis axis, Places places, List<Line> lines) {

  /**
   * One row.
   *
   * @param lost rates at which no run has a value
   */
  record Line(String label, int color, int round, List<Point> points, List<Lost> lost) {}

  /**
   * The runs of one rate.
   *
   * @param interval of the mean; empty of one run
   * @param runs each value
   */
  record Point(
      double x, double y, Optional<Span> interval, List<Double> runs, boolean best, String said) {}

  /** Lower and upper end. */
  record Span(double low, double high) {}

  /** A rate without a value, and why. */
  record Lost(double x, String said) {}

  /** Empty where no run has a value. */
  static Optional<RatePlot> of(LearningRates rates, Quantity metric) {
    double f = metric.factor();
    double[] shown =
        rates.rows().stream()
            .flatMap(row -> row.arms().values().stream())
            .flatMapToDouble(arm ->
                DoubleStream.concat(
                    values(metric, arm),
                    arm.value().flatMap(Summary::interval).stream()
                        .flatMapToDouble(i -> ends(metric, i))))
            .map(v -> v * f)
            .toArray();
    if (shown.length == 0) {
      return Optional.empty();
    }
    Places places =
        Places.around(
            DoubleStream.of(shown).min().getAsDouble(), DoubleStream.of(shown).max().getAsDouble());
    ParameterAxis axis =
        ParameterAxis.of("optimizer.lr", "lr", List.<Object>copyOf(rates.rates()), false);
    Palette palette = rates.palette();
    List<Line> lines =
        rates.rows().stream().map(row -> line(row, metric, axis, places, palette)).toList();
    return Optional.of(new RatePlot(rates, metric, axis, places, lines));
  }

  private static Line line(
      LearningRates.Row row, Quantity metric, ParameterAxis axis, Places places, Palette palette) {
    double f = metric.factor();
    OptionalDouble best = row.best(metric);
    List<Point> points = new ArrayList<>();
    List<Lost> lost = new ArrayList<>();
    row.arms()
        .forEach((rate, arm) -> {
          double x = axis.at(axis.coordinate(rate));
          String at = row.label() + " at lr " + Numbers.shortest(rate) + ": ";
          if (arm.value().isEmpty()) {
            lost.add(new Lost(x, at + LearningRates.lost(arm)));
            return;
          }
          Summary s = arm.value().get();
          points.add(
              new Point(
                  x,
                  places.share(f * s.mean()),
                  s.interval()
                      .map(i -> {
                        double[] ends = ends(metric, i).toArray();
                        return new Span(places.share(f * ends[0]), places.share(f * ends[1]));
                      }),
                  values(metric, arm).mapToObj(v -> places.share(f * v)).toList(),
                  best.isPresent() && best.getAsDouble() == rate,
                  at + LearningRates.told(metric, s) + ", n = " + s.n()));
        });
    return new Line(
        row.label(),
        palette.index(row.label()) % Palette.COLORS,
        palette.round(row.label()),
        points,
        lost);
  }

  /** An interval within what the metric can be: a share lies between 0 and 1. */
  private static DoubleStream ends(Quantity metric, Interval i) {
    boolean share = metric.scale() == Quantity.Scale.FRACTION_AS_PERCENT;
    return DoubleStream.of(i.low(), i.high()).map(v -> share ? Math.clamp(v, 0, 1) : v);
  }

  private static DoubleStream values(Quantity metric, ArmResult arm) {
    return arm.finished().stream()
        .filter(RunRecord::finished)
        .map(metric::atEnd)
        .flatMapToDouble(OptionalDouble::stream);
  }
}
