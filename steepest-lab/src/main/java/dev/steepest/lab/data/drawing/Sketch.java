package dev.steepest.lab.data.drawing;

import dev.steepest.lab.data.CounterRandom;

/**
 * One light figure on dark ground, in grey: turned by up to 25°, anywhere where most of it is seen.
 *
 * <p>All ranges here are assumed, then set by looking; sizes are of pictures of 32 pixels a side,
 * and grow with it.
 */
public final class Sketch {
  private static final Degradation[] DEGRADATIONS = Degradation.values();

  /** Outlines are filled below .6. */
  private static final double FILLED = 0.55;

  /**
   * Measured: of samples of a model of half a million parameters after 3,000 steps a judge of clean
   * figures was sure by .63, and by .40 where figures were turned by any angle.
   */
  private static final double MOST_TURN = Math.toRadians(25);

  /** Chance that a picture is spoilt in a further way as well. */
  private static final double ALSO = 0.15;

  private Sketch() {}

  /**
   * Draws a figure as the stream says; its place, size and levels are the same in every quality.
   *
   * @param side pixels along each side
   * @param target gets side·side bytes from {@code offset} on
   */
  public static void draw(
      Figure figure, Quality quality, CounterRandom random, int side, byte[] target, int offset) {
    Dice dice = new Dice(random);
    double[] values = clean(figure, side, dice);
    if (quality == Quality.DEGRADED) {
      degrade(values, side, dice);
    }
    for (int i = 0; i < values.length; i++) {
      target[offset + i] = (byte) (int) Math.clamp(255 * values[i] + 0.5, 0.0, 255.0);
    }
  }

  private static double[] clean(Figure figure, int side, Dice dice) {
    double unit = side / 32.0;
    double centre = (side - 1) / 2.0;
    double ground = dice.between(0.04, 0.2);
    double ink = dice.between(0.8, 0.96);
    double radius = unit * dice.between(8, 12.5);
    double room = Math.max(0, centre - 1.02 * radius);
    double cx = centre + dice.between(-room, room);
    double cy = centre + dice.between(-room, room);
    double angle = dice.between(-MOST_TURN, MOST_TURN);
    double sin = StrictMath.sin(angle);
    double cos = StrictMath.cos(angle);
    double form = dice.between(0, FILLED);
    double[] values = new double[side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double u = (x - cx) * cos + (y - cy) * sin;
        double v = (y - cy) * cos - (x - cx) * sin;
        double cover = Math.clamp(0.5 - figure.distance(u, v, radius, form), 0.0, 1.0);
        values[y * side + x] = ground + cover * (ink - ground);
      }
    }
    return values;
  }

  /** In one way for certain, in each other one with a small chance, in a fixed order. */
  private static void degrade(double[] values, int side, Dice dice) {
    int certain = dice.below(DEGRADATIONS.length);
    for (Degradation degradation : DEGRADATIONS) {
      boolean also = dice.chance(ALSO);
      if (also || degradation.ordinal() == certain) {
        degradation.spoil(values, side, dice);
      }
    }
  }
}
