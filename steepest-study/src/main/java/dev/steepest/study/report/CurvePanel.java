package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves of one problem: a line per arm, a band about it. */
record CurvePanel(String title, Quantity quantity, Axis axis, List<Line> lines) {
  /** Points of a curve that are marked one by one, at most: beyond they would touch. Assumed. */
  private static final int MOST_MARKED = 30;

  /** Diameter of a marked point. */
  private static final int MARKER = 7;

  record Line(String arm, Curve curve) {}

  /** How much a figure tells beside its lines. */
  enum Style {
    /** The arms' names. */
    PLAIN,
    /** Also each point, the number of runs, and whether there is a band. */
    COUNTED
  }

  /** All panels below each other. */
  static byte[] png(List<CurvePanel> panels, Palette palette, Style style) {
    return Canvas.png(
        panels.stream().map(panel -> panel.chart(palette, style)).toList(),
        labels(panels, palette, style),
        palette);
  }

  /** What the legend of some panels says of each arm that they show. */
  static Map<String, String> labels(List<CurvePanel> panels, Palette palette, Style style) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String arm : palette.arms()) {
      List<Integer> runs =
          panels.stream()
              .flatMap(panel -> panel.lines.stream())
              .filter(line -> line.arm().equals(arm))
              .map(line -> line.curve().runs())
              .distinct()
              .toList();
      if (!runs.isEmpty()) {
        labels.put(arm, style == Style.PLAIN ? arm : arm + counted(runs));
      }
    }
    return labels;
  }

  static String counted(List<Integer> runs) {
    return " (n = "
        + Numbers.and(runs.stream().map(String::valueOf).toList())
        + (runs.equals(List.of(1)) ? ", no band" : "")
        + ")";
  }

  XYChart chart(Palette palette, Style style) {
    XYChart chart =
        new XYChartBuilder()
            .width(Canvas.WIDTH)
            .height(Canvas.HEIGHT)
            .title(title)
            .xAxisTitle(axis.label())
            .yAxisTitle(
                quantity.label()
                    + (quantity.symbol().isEmpty() ? "" : " (" + quantity.symbol() + ")"))
            .build();
    Canvas.style(chart.getStyler());
    if (style == Style.COUNTED) {
      chart.getStyler().setMarkerSize(MARKER);
    }
    chart.getStyler().setXAxisMaxLabelCount(14);
    lines.forEach(line -> band(chart, line, Canvas.color(palette.light(line.arm()))));
    for (Line line : lines) {
      Color color = Canvas.color(palette.light(line.arm()));
      XYSeries series = chart.addSeries(line.arm(), line.curve().x(), scaled(line.curve().mean()));
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
      series.setLineColor(color);
      series.setLineStyle(Canvas.stroke(palette.round(line.arm())));
      int points = line.curve().x().length;
      boolean marked = points == 1 || (style == Style.COUNTED && points <= MOST_MARKED);
      series.setMarker(marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
      series.setMarkerColor(color);
    }
    return chart;
  }

  /** There along the lower bound and back along the upper. */
  private void band(XYChart chart, Line line, Color color) {
    Curve curve = line.curve();
    int n = curve.x().length;
    if (curve.runs() < 2 || n < 2) {
      return;
    }
    double[] x = new double[2 * n];
    double[] y = new double[2 * n];
    for (int i = 0; i < n; i++) {
      x[i] = curve.x()[i];
      y[i] = quantity.factor() * curve.low()[i];
      x[2 * n - 1 - i] = curve.x()[i];
      y[2 * n - 1 - i] = quantity.factor() * curve.high()[i];
    }
    XYSeries series = chart.addSeries(line.arm() + " interval", x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
    series.setFillColor(Canvas.translucent(color));
    series.setLineColor(new Color(0, 0, 0, 0));
    series.setLineStyle(new BasicStroke(0));
    series.setMarker(SeriesMarkers.NONE);
  }

  private double[] scaled(double[] values) {
    double[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= quantity.factor();
    }
    return scaled;
  }
}
