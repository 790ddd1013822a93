package dev.steepest.lab.data.drawing;

import dev.steepest.lab.data.CounterRandom;

/** The draws of one scene, one after the other. */
final class Dice {

  private final CounterRandom random;
  private long next;

  Dice(CounterRandom random) {
    this.random = random;
  }

  double between(double low, double high) {
    return random.between(next++, low, high);
  }

  int below(int bound) {
    return random.below(next++, bound);
  }

  boolean chance(double probability) {
    return random.unit(next++) < probability;
  }

  long bits() {
    return random.bits(next++);
  }

  /** Sine and cosine of a uniform angle: a direction. */
  double[] direction() {
    double angle = between(0, 2 * Math.PI);
    return new double[] {StrictMath.sin(angle), StrictMath.cos(angle)};
  }

  /** A colour with channels in 0 … 255. */
  double[] colour() {
    return new double[] {between(0, 255), between(0, 255), between(0, 255)};
  }

  /** A colour at most this far (Euclidean, 0 … 441) from another. */
  double[] colourWithin(double distance, double[] other) {
    while (true) {
      double[] colour = colour();
      if (squared(colour, other) <= distance * distance) {
        return colour;
      }
    }
  }

  /** A colour at least this far from each of the others. */
  double[] colourApartFrom(double distance, double[]... others) {
    while (true) {
      double[] colour = colour();
      boolean apart = true;
      for (double[] other : others) {
        apart &= squared(colour, other) >= distance * distance;
      }
      if (apart) {
        return colour;
      }
    }
  }

  private static double squared(double[] a, double[] b) {
    double red = a[0] - b[0];
    double green = a[1] - b[1];
    double blue = a[2] - b[2];
    return red * red + green * green + blue * blue;
  }
}
