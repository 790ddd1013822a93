package dev.steepest.study.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** How PNG figures look, and how charts become one image. */
final class Canvas {
  static final int WIDTH = 1000;
  static final int HEIGHT = 560;

  /** Pixels per unit of layout: sharp on screens of high density and in print. */
  private static final int DENSITY = 2;

  private static final Color INK = new Color(0x1b1f24);
  private static final Color FAINT_INK = new Color(0x59636e);
  private static final Color GRID = new Color(0xe4e7eb);

  private Canvas() {}

  static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartFontColor(INK);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 17));
    styler.setChartTitlePadding(12);
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setXAxisTitleColor(FAINT_INK);
    styler.setYAxisTitleColor(FAINT_INK);
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    styler.setAxisTickLabelsColor(FAINT_INK);
    styler.setAxisTickMarksColor(GRID);
    styler.setAxisTicksLineVisible(false);
    styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setLegendSeriesLineLength(26);
    styler.setChartPadding(18);
    styler.setAntiAlias(true);
    styler.setTextAntiAlias(true);
    styler.setMarkerSize(0);
  }

  /** The charts below each other, as PNG. */
  static byte[] png(List<? extends Chart<?, ?>> charts) {
    BufferedImage image =
        new BufferedImage(
            DENSITY * WIDTH, DENSITY * HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      g.scale(DENSITY, DENSITY);
      for (Chart<?, ?> chart : charts) {
        chart.paint(g, WIDTH, HEIGHT);
        g.translate(0, HEIGHT);
      }
    } finally {
      g.dispose();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("PNG encoding failed in memory", e);
    }
    return bytes.toByteArray();
  }

  static Color color(String hex) {
    return Color.decode(hex);
  }

  static Color translucent(Color color) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), 42);
  }

  /** Solid for the first round of colours, then dashed ever shorter. */
  static BasicStroke stroke(int round) {
    float[] dash = round == 0 ? null : new float[] {12f / round, 6f};
    return new BasicStroke(2.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
  }
}
