package dev.steepest.optim;

/** Refusals of impossible schedules. */
final class Checks {

  private Checks() {}

  static void atLeast(String what, double value, double least) {
    if (!(value >= least && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          what + " is " + text(value) + " but must be at least " + text(least));
    }
  }

  static void within(String what, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          what + " is " + text(value) + " but must be in [" + text(low) + ", " + text(high) + "]");
    }
  }

  static void below(String what, double value, double low, double limit) {
    if (!(value >= low && value < limit)) {
      throw new IllegalArgumentException(
          what + " is " + text(value) + " but must be in [" + text(low) + ", " + text(limit) + ")");
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
