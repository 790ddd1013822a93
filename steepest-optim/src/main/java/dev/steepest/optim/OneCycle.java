package dev.steepest.optim;

/**
 * Up and down once, then far down (Smith and Topin, arXiv 1708.07120), as torch's OneCycleLR. The
 * group's own learning rate is the peak.
 *
 * @param totalSteps steps of the whole cycle
 * @param rise share of the steps in which the rate rises, in [0, 1], at most a half with three
 *     phases
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
    return along(step, first, 1, first, first / end);
  }

  /**
   * The momentum that goes with it, against the learning rate: from {@code high} to {@code low} at
   * the peak and back. Its numbers are the momentum itself, for {@link KnobSchedule.Course#values}.
   *
   * @param low momentum at the peak; torch's default is 0.85
   * @param high momentum at both ends; torch's default is 0.95
   */
  public Schedule momentum(double low, double high) {
    Checks.within("low momentum", low, 0, 1);
    Checks.within("high momentum", high, low, 1);
    return step -> along(step, high, low, high, high);
  }

  /** From the first number to the peak's, to that after it (three phases), to the last. */
  private double along(long step, double first, double peak, double back, double last) {
    double top = rise * totalSteps - 1;
    double bottom = totalSteps - 1;
    if (step <= top) {
      return top == 0 ? peak : between(first, peak, step / top);
    }
    if (phases == Phases.THREE) {
      double low = 2 * rise * totalSteps - 2;
      if (step <= low) {
        return between(peak, back, (step - top) / (low - top));
      }
      return between(back, last, Math.min(1, (step - low) / (bottom - low)));
    }
    return between(peak, last, Math.min(1, (step - top) / (bottom - top)));
  }

  private double between(double a, double b, double share) {
    return shape == Shape.LINEAR
        ? a + (b - a) * share
        : b + (a - b) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
