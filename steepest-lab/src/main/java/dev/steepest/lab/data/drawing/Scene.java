package dev.steepest.lab.data.drawing;

import dev.steepest.lab.data.CounterRandom;
import java.util.List;

/**
 * Draws one picture whose label is its largest figure: an uneven background, small distractors
 * behind, the figure turned, stretched and shifted, bars across it, noise over all.
 *
 * <p>All ranges here are assumed, then set by looking: a person can name the figure, while a linear
 * model cannot.
 */
public final class Scene {

  /** Pixels along each side. */
  public static final int SIDE = 32;

  private static final List<Figure> FIGURES = Figure.IN_SCENES;
  private static final double CENTRE = (SIDE - 1) / 2.0;

  /** Cells of the background's value noise along each side. */
  private static final int CELLS = 4;

  private final Dice dice;
  private final Canvas canvas = new Canvas(SIDE);

  private Scene(CounterRandom random) {
    this.dice = new Dice(random);
  }

  /** Draws a figure as the stream says; writes [3, 32, 32] bytes from {@code offset} on. */
  public static void draw(Figure figure, CounterRandom random, byte[] target, int offset) {
    Scene scene = new Scene(random);
    scene.compose(figure);
    scene.canvas.copyTo(target, offset);
  }

  private void compose(Figure figure) {
    double[] from = dice.colour();
    double[] to = dice.colourWithin(150, from);
    double[] middle = {(from[0] + to[0]) / 2, (from[1] + to[1]) / 2, (from[2] + to[2]) / 2};
    double[] ink = dice.colourApartFrom(110, from, to, middle);
    background(from, to);
    for (int i = dice.below(3); i > 0; i--) {
      Figure small = FIGURES.get(dice.below(Figure.STRIPES.ordinal()));
      double x = dice.between(0, SIDE);
      double y = dice.between(0, SIDE);
      stamp(small, x, y, dice.between(1.8, 3.2), dice.colour(), dice.between(0.4, 0.9));
    }
    double radius = figure.texture() ? dice.between(9.5, 14) : dice.between(7.5, 13);
    double room = CENTRE - 0.8 * radius;
    double x = CENTRE + dice.between(-room, room);
    double y = CENTRE + dice.between(-room, room);
    stamp(figure, x, y, radius, ink, dice.between(0.8, 1));
    for (int i = dice.chance(0.35) ? 1 : 0; i > 0; i--) {
      bar(dice.colour(), dice.between(0.7, 1.5));
    }
    canvas.addNoise(dice, dice.between(3, 15));
  }

  /** A gradient between two colours, made uneven by smooth noise. */
  private void background(double[] from, double[] to) {
    double[] direction = dice.direction();
    double amplitude = dice.between(0, 30);
    double[] lattice = new double[(CELLS + 1) * (CELLS + 1)];
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = dice.between(-amplitude, amplitude);
    }
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double along = (x - CENTRE) * direction[0] + (y - CENTRE) * direction[1];
        double share = Math.clamp(0.5 + along / SIDE, 0.0, 1.0);
        double uneven = interpolate(lattice, x, y);
        canvas.set(
            x,
            y,
            from[0] + share * (to[0] - from[0]) + uneven,
            from[1] + share * (to[1] - from[1]) + uneven,
            from[2] + share * (to[2] - from[2]) + uneven);
      }
    }
  }

  private static double interpolate(double[] lattice, int x, int y) {
    int cell = SIDE / CELLS;
    int at = y / cell * (CELLS + 1) + x / cell;
    double right = (x % cell) / (double) cell;
    double down = (y % cell) / (double) cell;
    double upper = lattice[at] + right * (lattice[at + 1] - lattice[at]);
    int below = at + CELLS + 1;
    double lower = lattice[below] + right * (lattice[below + 1] - lattice[below]);
    return upper + down * (lower - upper);
  }

  /** One figure, anti-aliased, turned by any angle and stretched by up to a quarter. */
  private void stamp(
      Figure figure, double cx, double cy, double radius, double[] colour, double opacity) {
    double[] turn = dice.direction();
    double stretch = figure.texture() ? 1 : dice.between(0.8, 1.25);
    double form = dice.between(0, 1);
    double reach = 1.5 * radius + 1;
    for (int y = first(cy - reach); y <= last(cy + reach); y++) {
      for (int x = first(cx - reach); x <= last(cx + reach); x++) {
        double u = (x - cx) * turn[1] + (y - cy) * turn[0];
        double v = (y - cy) * turn[1] - (x - cx) * turn[0];
        double distance = figure.distance(u * stretch, v / stretch, radius, form);
        double cover = Math.clamp(0.5 - distance, 0.0, 1.0);
        if (cover > 0) {
          canvas.mix(x, y, colour, cover * opacity);
        }
      }
    }
  }

  /** A straight line across the whole picture, somewhere near its middle. */
  private void bar(double[] colour, double halfWidth) {
    double[] normal = dice.direction();
    double shift = dice.between(-12, 12);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double across = (x - CENTRE) * normal[0] + (y - CENTRE) * normal[1] - shift;
        double cover = Math.clamp(halfWidth + 0.5 - Math.abs(across), 0.0, 1.0);
        if (cover > 0) {
          canvas.mix(x, y, colour, cover);
        }
      }
    }
  }

  private static int first(double from) {
    return (int) Math.max(0, Math.floor(from));
  }

  private static int last(double to) {
    return (int) Math.min(SIDE - 1, Math.ceil(to));
  }
}
