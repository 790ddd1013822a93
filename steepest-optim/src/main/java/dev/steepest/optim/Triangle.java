package dev.steepest.optim;

/**
 * A straight rise to the full rate and a straight fall after it.
 *
 * <pre>
 *   t &lt; p:  start·(1 − t/p) + t/p
 *   else:   (1 − f) + end·f,   f = (t − p)/(T − p), at most 1
 * </pre>
 *
 * @param totalSteps T, steps until the end
 * @param peakStep p in [0, T], the step at the full rate; 0 begins there
 * @param start factor at step 0, at least 0
 * @param end factor from step T on, at least 0; a run of T steps ends one step before it
 */
public record Triangle(long totalSteps, long peakStep, double start, double end)
    implements Schedule {

  public Triangle {
    Checks.atLeast("total steps", totalSteps, 1);
    Checks.within("step of the peak", peakStep, 0, totalSteps);
    Checks.atLeast("first factor", start, 0);
    Checks.atLeast("last factor", end, 0);
  }

  /**
   * A triangle whose peak is at a share of the run, rounded down to a step: KellerJordan/
   * cifar10-airbench legacy/airbench94.py has (T, .23, .2, .07).
   *
   * @param rise in [0, 1]
   */
  public static Triangle ofRun(long totalSteps, double rise, double start, double end) {
    Checks.within("share of the rise", rise, 0, 1);
    return new Triangle(totalSteps, (long) (totalSteps * rise), start, end);
  }

  @Override
  public double factor(long step) {
    if (step < peakStep) {
      double risen = step / (double) peakStep;
      return start * (1 - risen) + risen;
    }
    if (step >= totalSteps) {
      return end;
    }
    double fallen = (step - peakStep) / (double) (totalSteps - peakStep);
    return (1 - fallen) + end * fallen;
  }
}
