package dev.steepest.study.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@link RatePlot}s of several problems below each other, as PNG. */
final class RatePainting {
  private static final int PANEL = 440;
  private static final int LEFT = 90;
  private static final int RIGHT = 30;
  private static final int TOP = 74;
  private static final int FOOT = 64;
  private static final int LEGEND_ROW = 26;

  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private final List<RatePlot> plots;

  private RatePainting(List<RatePlot> plots) {
    this.plots = plots;
  }

  static byte[] png(List<RatePlot> plots) {
    RatePainting painting = new RatePainting(plots);
    return Canvas.painted(
        Canvas.WIDTH, plots.stream().mapToInt(RatePainting::height).sum(), painting::paint);
  }

  private static int height(RatePlot plot) {
    return PANEL + LEGEND_ROW * plot.lines().size();
  }

  private void paint(Graphics2D g) {
    for (RatePlot plot : plots) {
      panel(g, plot);
      g.translate(0, height(plot));
    }
  }

  private static void panel(Graphics2D g, RatePlot plot) {
    text(g, TITLE, Canvas.INK, plot.rates().problem().problem(), LEFT, 32);
    String unit = plot.metric().symbol().isEmpty() ? "" : " (" + plot.metric().symbol() + ")";
    text(g, TEXT, Canvas.FAINT_INK, plot.metric().label() + unit, LEFT, 54);
    for (double tick : plot.places().ticks()) {
      double y = y(plot.places().share(tick));
      g.setColor(Canvas.GRID);
      g.setStroke(new BasicStroke(1));
      g.draw(new Line2D.Double(LEFT, y, Canvas.WIDTH - RIGHT, y));
      String label = plot.places().label(tick);
      g.setFont(TICK);
      text(
          g,
          TICK,
          Canvas.FAINT_INK,
          label,
          LEFT - 10 - g.getFontMetrics().stringWidth(label),
          (int) y + 5);
    }
    for (ParameterAxis.Tick tick : plot.axis().ticks()) {
      g.setFont(TICK);
      int half = g.getFontMetrics().stringWidth(tick.label()) / 2;
      text(
          g, TICK, Canvas.FAINT_INK, tick.label(), (int) x(tick.share()) - half, PANEL - FOOT + 24);
    }
    text(g, TEXT, Canvas.FAINT_INK, "learning rate", Canvas.WIDTH / 2 - 40, PANEL - FOOT + 48);
    plot.lines().forEach(line -> line(g, plot, line));
    crosses(g, plot);
    legend(g, plot);
  }

  private static void line(Graphics2D g, RatePlot plot, RatePlot.Line line) {
    Color color = color(plot, line);
    Path2D path = new Path2D.Double();
    for (RatePlot.Point point : line.points()) {
      if (path.getCurrentPoint() == null) {
        path.moveTo(x(point.x()), y(point.y()));
      } else {
        path.lineTo(x(point.x()), y(point.y()));
      }
    }
    g.setColor(color);
    g.setStroke(Canvas.stroke(line.round()));
    g.draw(path);
    for (RatePlot.Point point : line.points()) {
      double x = x(point.x());
      g.setStroke(new BasicStroke(2));
      g.setColor(color);
      point
          .interval()
          .ifPresent(span -> {
            g.draw(new Line2D.Double(x, y(span.low()), x, y(span.high())));
            g.draw(new Line2D.Double(x - 5, y(span.low()), x + 5, y(span.low())));
            g.draw(new Line2D.Double(x - 5, y(span.high()), x + 5, y(span.high())));
          });
      g.setColor(Canvas.translucent(color).darker());
      point.runs().forEach(run -> disc(g, x, y(run), 3));
      g.setColor(color);
      disc(g, x, y(point.y()), point.best() ? 6 : 4.5);
      if (point.best()) {
        g.draw(new Ellipse2D.Double(x - 11, y(point.y()) - 11, 22, 22));
      }
    }
  }

  private static void disc(Graphics2D g, double x, double y, double radius) {
    g.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  /** Rates without a value, at the foot; beside each other where several rows lost the same. */
  private static void crosses(Graphics2D g, RatePlot plot) {
    Map<Double, Integer> used = new TreeMap<>();
    g.setStroke(new BasicStroke(2.4f));
    for (RatePlot.Line line : plot.lines()) {
      for (RatePlot.Lost lost : line.lost()) {
        double x = x(lost.x()) + 14 * (used.merge(lost.x(), 1, Integer::sum) - 1);
        double y = PANEL - FOOT - 4;
        g.setColor(color(plot, line));
        g.draw(new Line2D.Double(x - 5, y - 5, x + 5, y + 5));
        g.draw(new Line2D.Double(x - 5, y + 5, x + 5, y - 5));
      }
    }
  }

  private static void legend(Graphics2D g, RatePlot plot) {
    int y = PANEL + 6;
    for (RatePlot.Line line : plot.lines()) {
      g.setColor(color(plot, line));
      g.setStroke(Canvas.stroke(line.round()));
      g.draw(new Line2D.Double(LEFT, y - 5, LEFT + 26, y - 5));
      String best =
          line.points().stream()
              .filter(RatePlot.Point::best)
              .map(RatePlot.Point::said)
              .findFirst()
              .map(said -> "best " + said.substring(line.label().length()).strip())
              .orElse("no run has a value");
      text(g, TEXT, Canvas.INK, line.label() + ", " + best, LEFT + 36, y);
      y += LEGEND_ROW;
    }
  }

  private static Color color(RatePlot plot, RatePlot.Line line) {
    return Canvas.color(plot.rates().palette().light(line.label()));
  }

  private static void text(Graphics2D g, Font font, Color color, String text, int x, int y) {
    g.setFont(font);
    g.setColor(color);
    g.drawString(text, x, y);
  }

  private static double x(double share) {
    return LEFT + 20 + share * (Canvas.WIDTH - LEFT - RIGHT - 40);
  }

  private static double y(double share) {
    return TOP + (1 - share) * (PANEL - TOP - FOOT);
  }
}
