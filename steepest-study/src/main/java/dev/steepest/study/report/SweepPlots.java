package dev.steepest.study.report;

import dev.steepest.study.compare.Quantity;
import dev.steepest.study.search.Report;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The PNG figures of a sweep. A figure without data is not drawn. */
final class SweepPlots {
  private static final Color STRONG = Canvas.color("#2563c9");
  private static final Color WEAK = new Color(0xaeb8c6);

  /** Curves of so many of the best are drawn in colour. */
  private static final int COLORED = 5;

  private final TriedSweep sweep;
  private final Quantity objective;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private SweepPlots(TriedSweep sweep) {
    this.sweep = sweep;
    this.objective = sweep.objective();
  }

  /** PNG files by name. */
  static Map<String, byte[]> of(TriedSweep sweep) {
    SweepPlots plots = new SweepPlots(sweep);
    CoordinatesPlot.of(sweep).ifPresent(png -> plots.files.put("sweep_chart.png", png));
    plots.bestSoFar();
    sweep
        .importance()
        .found()
        .ifPresent(found -> plots.files.put("importance.png", ImportancePlot.of(sweep, found)));
    sweep.objectiveAxis().ifPresent(plots::curves);
    return plots.files;
  }

  private void bestSoFar() {
    BestSoFar best = BestSoFar.of(sweep.sweep().goal(), sweep.trials());
    if (best.trials().isEmpty()) {
      return;
    }
    XYChart chart = chart("Best value so far, and the median of the same values in random order");
    chart.setXAxisTitle("trials that ended");
    chart.getStyler().setXAxisMaxLabelCount(14);
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (BestSoFar.Step step : best.trials()) {
      if (!y.isEmpty()) { // a step: across at the old value, then to the new one
        x.add(step.at());
        y.add(y.getLast());
      }
      x.add(step.at());
      y.add(objective.factor() * step.best());
    }
    List<Double> by = new ArrayList<>();
    List<Double> chance = new ArrayList<>();
    for (BestSoFar.Band band : best.chance()) {
      band.middle()
          .ifPresent(middle -> {
            by.add((double) band.trials());
            chance.add(objective.factor() * middle);
          });
    }
    List<String> lines = new ArrayList<>(List.of("this sweep"));
    line(chart, "this sweep", x, y, STRONG, Canvas.stroke(0));
    if (!by.isEmpty()) {
      lines.add("in random order");
      line(chart, "in random order", by, chance, Canvas.color("#d9661f"), Canvas.stroke(0));
    }
    files.put("best_so_far.png", Canvas.png(List.of(chart), lines, new Palette(lines)));
  }

  private void curves(ObjectiveAxis axis) {
    if (sweep.trials().stream().allMatch(trial -> looks(trial).isEmpty())) {
      return;
    }
    XYChart chart = chart("Learning curves, the best %d in colour".formatted(COLORED));
    chart.setXAxisTitle("look at the trial");
    double far = 1.5 * (axis.high() - axis.low());
    if (objective.sign() < 0 && far > 0) {
      chart.getStyler().setYAxisMax(objective.factor() * (axis.high() + far));
    }
    List<TriedTrial> best = sweep.ranked().stream().limit(COLORED).toList();
    List<String> names = best.stream().map(trial -> "trial " + trial.number()).toList();
    Palette palette = new Palette(names);
    for (TriedTrial trial : sweep.trials()) {
      if (!best.contains(trial)) {
        curve(chart, trial, WEAK, new BasicStroke(1.1f));
      }
    }
    for (TriedTrial trial : best.reversed()) {
      Color color = Canvas.color(palette.light("trial " + trial.number()));
      curve(chart, trial, color, Canvas.stroke(0));
    }
    files.put("learning_curves.png", Canvas.png(List.of(chart), names, palette));
  }

  private void curve(XYChart chart, TriedTrial trial, Color color, BasicStroke stroke) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (Report report : looks(trial)) {
      x.add((double) report.iteration());
      y.add(objective.factor() * report.value());
    }
    if (!x.isEmpty()) {
      line(chart, "trial " + trial.number(), x, y, color, stroke);
    }
  }

  private static List<Report> looks(TriedTrial trial) {
    return trial.entry().trial().reports().stream()
        .sorted(Comparator.comparingLong(Report::iteration))
        .filter(report -> Double.isFinite(report.value()))
        .toList();
  }

  private XYChart chart(String title) {
    XYChart chart =
        new XYChartBuilder()
            .width(Canvas.WIDTH)
            .height(Canvas.HEIGHT)
            .title(title)
            .yAxisTitle(
                objective.label()
                    + (objective.symbol().isEmpty() ? "" : " (" + objective.symbol() + ")"))
            .build();
    Canvas.style(chart.getStyler());
    return chart;
  }

  private static void line(
      XYChart chart, String name, List<Double> x, List<Double> y, Color color, BasicStroke stroke) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    series.setLineColor(color);
    series.setLineStyle(stroke);
    series.setMarker(x.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    series.setMarkerColor(color);
  }
}
