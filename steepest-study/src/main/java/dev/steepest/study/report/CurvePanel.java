package dev.steepest.study.report;

import dev.steepest.study.compare.Quantity;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Learning curves of one problem: a line per arm, a band for its interval. */
record CurvePanel(String problem, Quantity quantity, Axis axis, List<Line> lines) {

  record Line(String arm, Curve curve) {}

  /** All panels below each other. */
  static byte[] png(List<CurvePanel> panels, Palette palette) {
    List<String> arms =
        palette.arms().stream()
            .filter(arm -> panels.stream().anyMatch(panel -> panel.shows(arm)))
            .toList();
    return Canvas.png(panels.stream().map(panel -> panel.chart(palette)).toList(), arms, palette);
  }

  private boolean shows(String arm) {
    return lines.stream().anyMatch(line -> line.arm().equals(arm));
  }

  private XYChart chart(Palette palette) {
    XYChart chart =
        new XYChartBuilder()
            .width(Canvas.WIDTH)
            .height(Canvas.HEIGHT)
            .title(problem)
            .xAxisTitle(axis.label())
            .yAxisTitle(
                quantity.label()
                    + (quantity.symbol().isEmpty() ? "" : " (" + quantity.symbol() + ")"))
            .build();
    Canvas.style(chart.getStyler());
    chart.getStyler().setXAxisMaxLabelCount(14);
    lines.forEach(line -> band(chart, line, Canvas.color(palette.light(line.arm()))));
    for (Line line : lines) {
      Color color = Canvas.color(palette.light(line.arm()));
      XYSeries series = chart.addSeries(line.arm(), line.curve().x(), scaled(line.curve().mean()));
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
      series.setLineColor(color);
      series.setLineStyle(Canvas.stroke(palette.round(line.arm())));
      series.setMarker(line.curve().x().length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
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
