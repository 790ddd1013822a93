package dev.steepest.lab.model;

/** Range checks of network configurations. */
public final class Check {
  private Check() {}

  public static void range(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s = %s is out of range: allowed is %s to %s."
              .formatted(name, plain(value), plain(least), plain(most)));
    }
  }

  public static void that(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  public static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
