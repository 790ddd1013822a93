package dev.steepest.study.report;

import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Importance.Effect;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.Comparator;
import java.util.List;

/** A bar per hyper-parameter, as long as its share of variance alone, with its interval. */
final class ImportancePlot {
  private static final int ROW = 52;
  private static final int TOP = 64;
  private static final int LEFT = 210;
  private static final int RIGHT = 190;
  private static final int THICK = 24;
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  private static final Font NAME = new Font(Font.SANS_SERIF, Font.BOLD, 15);
  private static final Font VALUE = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final Color BAR = Canvas.color("#2563c9");
  private static final Color DOUBTFUL = Canvas.color("#9fb4d8");

  private final TriedSweep sweep;
  private final List<Effect> order;

  private ImportancePlot(TriedSweep sweep, Importance found) {
    this.sweep = sweep;
    this.order =
        found.effects().stream()
            .sorted(Comparator.comparingDouble(Effect::alone).reversed())
            .toList();
  }

  static byte[] of(TriedSweep sweep, Importance found) {
    ImportancePlot plot = new ImportancePlot(sweep, found);
    return Canvas.painted(Canvas.WIDTH, TOP + ROW * plot.order.size() + 24, plot::paint);
  }

  private void paint(Graphics2D g) {
    g.setColor(Canvas.INK);
    g.setFont(TITLE);
    g.drawString(
        "Variance that each explains alone, 95 % interval; pale: not told from noise", 24, 34);
    for (int k = 0; k < order.size(); k++) {
      row(g, order.get(k), TOP + ROW * k);
    }
  }

  private void row(Graphics2D g, Effect effect, int y) {
    double length = Canvas.WIDTH - LEFT - RIGHT;
    g.setColor(Canvas.GRID);
    g.fill(new Rectangle2D.Double(LEFT, y, length, THICK));
    g.setColor(effect.shown() ? BAR : DOUBTFUL);
    g.fill(new Rectangle2D.Double(LEFT, y, length * effect.alone(), THICK));
    g.setColor(Canvas.INK);
    g.setStroke(new BasicStroke(3));
    double middle = y + THICK / 2.0;
    g.draw(
        new Line2D.Double(
            LEFT + length * effect.aloneInterval().low(),
            middle,
            LEFT + length * effect.aloneInterval().high(),
            middle));
    g.setFont(NAME);
    String name = sweep.label(effect.factor());
    g.drawString(name, LEFT - 14 - g.getFontMetrics().stringWidth(name), y + 17);
    g.setFont(VALUE);
    g.drawString(
        "%s (%d to %d)"
            .formatted(
                SweepWords.percent(effect.alone()),
                Math.round(100 * effect.aloneInterval().low()),
                Math.round(100 * effect.aloneInterval().high())),
        Canvas.WIDTH - RIGHT + 16,
        y + 17);
  }
}
