package dev.steepest.study.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;

/** How PNG figures look, and how charts become one image. */
final class Canvas {
  static final int WIDTH = 1000;
  static final int HEIGHT = 560;

  /** Pixels per unit of layout: sharp on screens of high density and in print. */
  private static final int DENSITY = 2;

  /** Height of a row of the legend, length of the line before a name, space after it. */
  private static final int LEGEND = 30;

  private static final int SAMPLE = 26;
  private static final int GAP = 28;
  private static final Font LEGEND_FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

  static final Color INK = new Color(0x1b1f24);
  static final Color FAINT_INK = new Color(0x59636e);
  static final Color GRID = new Color(0xe4e7eb);

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
    styler.setLegendVisible(false); // one for all panels is drawn below them
    styler.setXAxisTickMarkSpacingHint(90);
    styler.setChartPadding(18);
    styler.setAntiAlias(true);
    styler.setTextAntiAlias(true);
    styler.setMarkerSize(0);
  }

  /** The charts below each other and a legend at the foot, as PNG. */
  static byte[] png(List<? extends Chart<?, ?>> charts, List<String> arms, Palette palette) {
    Map<String, String> labels = new LinkedHashMap<>();
    arms.forEach(arm -> labels.put(arm, arm));
    return png(charts, labels, palette);
  }

  /**
   * The same with other words than the arm's name in the legend.
   *
   * @param labels what the legend says of each arm, in its order
   */
  static byte[] png(
      List<? extends Chart<?, ?>> charts, Map<String, String> labels, Palette palette) {
    return png(charts, 1, labels, palette);
  }

  /**
   * The charts in rows of several, a legend at the foot.
   *
   * @param columns charts beside each other
   */
  static byte[] png(
      List<? extends Chart<?, ?>> charts,
      int columns,
      Map<String, String> labels,
      Palette palette) {
    int rows = Math.ceilDiv(charts.size(), columns);
    int width = columns * WIDTH;
    int height = HEIGHT * rows + LEGEND * legendRows(labels, width).size();
    BufferedImage image =
        new BufferedImage(DENSITY * width, DENSITY * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      g.scale(DENSITY, DENSITY);
      for (int i = 0; i < charts.size(); i++) {
        Graphics2D cell =
            (Graphics2D) g.create(i % columns * WIDTH, i / columns * HEIGHT, WIDTH, HEIGHT);
        charts.get(i).paint(cell, WIDTH, HEIGHT);
        cell.dispose();
      }
      g.translate(0, rows * HEIGHT);
      legend(g, labels, width, palette);
    } finally {
      g.dispose();
    }
    return encoded(image);
  }

  /** Pixels of a figure that a painter fills in units of layout. */
  static byte[] painted(int width, int height, Consumer<Graphics2D> painter) {
    BufferedImage image =
        new BufferedImage(DENSITY * width, DENSITY * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      g.scale(DENSITY, DENSITY);
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      painter.accept(g);
    } finally {
      g.dispose();
    }
    return encoded(image);
  }

  private static byte[] encoded(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("PNG encoding failed in memory", e);
    }
    return bytes.toByteArray();
  }

  /** Rows of names, centred, a piece of each arm's line before its name. */
  private static void legend(Graphics2D g, Map<String, String> labels, int width, Palette palette) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(LEGEND_FONT);
    int y = 4;
    for (List<String> row : legendRows(labels, width)) {
      double x =
          (width - row.stream().map(labels::get).mapToDouble(Canvas::entryWidth).sum() + GAP) / 2;
      for (String arm : row) {
        g.setColor(color(palette.light(arm)));
        g.setStroke(
            new BasicStroke(
                4,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                10,
                stroke(palette.round(arm)).getDashArray(),
                0));
        g.draw(new Line2D.Double(x, y, x + SAMPLE, y));
        g.setColor(INK);
        g.drawString(labels.get(arm), (float) (x + SAMPLE + 8), y + 5);
        x += entryWidth(labels.get(arm));
      }
      y += LEGEND;
    }
  }

  private static List<List<String>> legendRows(Map<String, String> labels, int width) {
    List<List<String>> rows = new ArrayList<>();
    double used = width;
    for (String arm : labels.keySet()) {
      double entry = entryWidth(labels.get(arm));
      if (used + entry > width - 2 * GAP) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.getLast().add(arm);
      used += entry;
    }
    return rows;
  }

  private static double entryWidth(String label) {
    FontRenderContext context = new FontRenderContext(null, true, true);
    return SAMPLE + 8 + LEGEND_FONT.getStringBounds(label, context).getWidth() + GAP;
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
