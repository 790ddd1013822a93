package dev.steepest.optim;

/**
 * Up and down once, then far down (Smith and Topin, arXiv 1708.07120), as torch's OneCycleLR. The
 * group's own learning rate is the peak.
 *
 * @param totalSteps steps of the whole cycle
 * @param rise share of the steps in which the rate rises, in (0, 1)
 * @param start the first factor is 1 / {@code start}
 * @param end the last factor is 1 / ({@code start} · {@code end})
 * @param shape of each phase
 * @param phases two, or three with a mirrored fall before the last
 */
public record OneCycle(
    long totalSteps, double rise, double start, double end, Shape shape, Phases phases)
    implements Schedule {

  /** The path between two factors. */
  public enum Shape {
    COSINE,
    LINEAR
  }

  /** The parts of the cycle. */
  public enum Phases {
    /** Rise to the peak, fall to the end. */
    TWO,
    /** Rise to the peak, fall back to the start in as many steps, fall to the end. */
    THREE
  }

  public OneCycle {
    Checks.atLeast("total steps", totalSteps, 2);
    Checks.within("rise", rise, 0, phases == Phases.THREE ? 0.5 : 1);
    Checks.atLeast("start divisor", start, 1);
    Checks.atLeast("end divisor", end, 1);
  }

  @Override
  public double factor(long step) {
    double first = 1 / start;
    double last = first / end;
    double top = rise * totalSteps - 1;
    double bottom = totalSteps - 1;
    if (step <= top) {
      return between(first, 1, step / top);
    }
    if (phases == Phases.THREE) {
      double back = 2 * rise * totalSteps - 2;
      if (step <= back) {
        return between(1, first, (step - top) / (back - top));
      }
      return between(first, last, Math.min(1, (step - back) / (bottom - back)));
    }
    return between(1, last, Math.min(1, (step - top) / (bottom - top)));
  }

  private double between(double a, double b, double share) {
    return shape == Shape.LINEAR
        ? a + (b - a) * share
        : b + (a - b) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
