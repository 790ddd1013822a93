package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** Parallel coordinates: an axis per hyper-parameter and one of the objective, a line per trial. */
final class CoordinatesPlot {
  private static final int HEIGHT = 560;
  private static final int TOP = 76;
  private static final int BOTTOM = 30;
  private static final int SIDE = 90;

  /** Between two axes, at least. */
  private static final int NARROWEST = 130;

  private static final Font NAME = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Font TICK = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Color WEAK = new Color(0xd5dae1);
  private static final Color STRONG = Canvas.color("#2563c9");

  private final TriedSweep sweep;
  private final List<ParameterAxis> axes;
  private final ObjectiveAxis objective;
  private final int width;

  private CoordinatesPlot(TriedSweep sweep, ObjectiveAxis objective) {
    this.sweep = sweep;
    this.axes = sweep.varied();
    this.objective = objective;
    this.width = Math.max(Canvas.WIDTH, 2 * SIDE + NARROWEST * axes.size());
  }

  /** Empty where no trial has a value, or all have the same hyper-parameters. */
  static Optional<byte[]> of(TriedSweep sweep) {
    return sweep
        .objectiveAxis()
        .filter(_ -> !sweep.varied().isEmpty())
        .map(objective -> new CoordinatesPlot(sweep, objective))
        .map(plot -> Canvas.painted(plot.width, HEIGHT, plot::paint));
  }

  private void paint(Graphics2D g) {
    List<TriedTrial> worstFirst =
        sweep.trials().stream()
            .filter(trial -> trial.value().isPresent())
            .sorted(
                Comparator.comparingDouble(
                    trial -> -sweep.sweep().goal().cost(trial.value().getAsDouble())))
            .toList();
    for (int k = 0; k < worstFirst.size(); k++) {
      double good = worstFirst.size() < 2 ? 1 : k / (worstFirst.size() - 1.0);
      line(g, worstFirst.get(k), good * good);
    }
    for (int k = 0; k < axes.size(); k++) {
      axis(g, k, axes.get(k).label(), axes.get(k).ticks());
    }
    axis(g, axes.size(), objective.label(), objective.ticks());
    g.setFont(NAME);
    g.setColor(Canvas.INK);
    g.drawString(
        "%s, %s: a line is a trial, the stronger the better; dashed were ended early"
            .formatted(sweep.sweep().name(), Numbers.count(sweep.trials().size(), "trial")),
        24,
        28);
  }

  private void line(Graphics2D g, TriedTrial trial, double strength) {
    double[] places =
        DoubleStream.concat(
                axes.stream().mapToDouble(axis -> axis.share(trial.setting(axis.name()))),
                DoubleStream.of(objective.share(trial.value().getAsDouble())))
            .toArray();
    Path2D path = new Path2D.Double();
    path.moveTo(x(0), y(places[0]));
    for (int k = 1; k < places.length; k++) {
      double half = (x(k - 1) + x(k)) / 2;
      path.curveTo(half, y(places[k - 1]), half, y(places[k]), x(k), y(places[k]));
    }
    g.setColor(mixed(strength));
    float[] dash = trial.finished() ? null : new float[] {6, 5};
    g.setStroke(
        new BasicStroke(
            1.2f + (float) strength, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0));
    g.draw(path);
  }

  private static Color mixed(double strength) {
    double s = .12 + .88 * strength;
    return new Color(
        (int) Math.round(WEAK.getRed() + s * (STRONG.getRed() - WEAK.getRed())),
        (int) Math.round(WEAK.getGreen() + s * (STRONG.getGreen() - WEAK.getGreen())),
        (int) Math.round(WEAK.getBlue() + s * (STRONG.getBlue() - WEAK.getBlue())));
  }

  private void axis(Graphics2D g, int k, String name, List<ParameterAxis.Tick> ticks) {
    g.setStroke(new BasicStroke(1.2f));
    g.setColor(Canvas.FAINT_INK);
    g.draw(new Line2D.Double(x(k), y(0), x(k), y(1)));
    g.setFont(TICK);
    boolean last = k == axes.size();
    for (ParameterAxis.Tick tick : ticks) {
      float left = (float) (last ? x(k) + 8 : x(k) - 8 - width(g, tick.label()));
      float base = (float) y(tick.share()) + 4;
      g.setColor(new Color(255, 255, 255, 200));
      g.fillRect((int) left - 2, (int) base - 11, width(g, tick.label()) + 4, 14);
      g.setColor(Canvas.FAINT_INK);
      g.drawString(tick.label(), left, base);
    }
    g.setFont(NAME);
    g.setColor(Canvas.INK);
    float middle = (float) x(k) - width(g, name) / 2f;
    g.drawString(name, Math.clamp(middle, 8, Math.max(8, width - 8f - width(g, name))), TOP - 18);
  }

  private static int width(Graphics2D g, String text) {
    return g.getFontMetrics().stringWidth(text);
  }

  private double x(int k) {
    return SIDE + k * (width - 2.0 * SIDE) / axes.size();
  }

  private static double y(double share) {
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  }
}
