package dev.steepest.study.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;

/**
 * Share of runs that have arrived by a time, where some were only watched until an earlier time and
 * had not arrived (Kaplan and Meier 1958). A run that misses its target is such a run: it counts up
 * to its end and invents no arrival.
 *
 * @param steps the curve at its jumps, in order of time; empty where nobody arrived
 * @param arrivals runs that arrived
 * @param censored runs that did not while they were watched
 */
public record KaplanMeier(List<Step> steps, int arrivals, int censored) {

  /** From {@code time} on, {@code arrived} of all runs are estimated to have arrived; in (0, 1]. */
  public record Step(double time, double arrived) {}

  public KaplanMeier {
    steps = List.copyOf(steps);
  }

  public static KaplanMeier of(double[] arrivals, double[] censored) {
    double[] arrived = Samples.sorted(Samples.checked("arrivals", arrivals, 0));
    double[] missed = Samples.checked("censored", censored, 0);
    List<Step> steps = new ArrayList<>();
    double waiting = 1;
    for (double time : new TreeSet<>(Arrays.stream(arrived).boxed().toList())) {
      double atRisk = count(arrived, time) + count(missed, time);
      double now = count(arrived, time) - count(arrived, Math.nextUp(time));
      waiting *= 1 - now / atRisk;
      steps.add(new Step(time, 1 - waiting));
    }
    return new KaplanMeier(steps, arrived.length, missed.length);
  }

  /** The time by which half have arrived; empty where the curve stays below one half. */
  public OptionalDouble median() {
    // 1e-12: a product of fractions may miss one half by rounding
    return steps.stream()
        .filter(step -> step.arrived() >= .5 - 1e-12)
        .mapToDouble(Step::time)
        .findFirst();
  }

  /** Values that are at least {@code time}. */
  private static double count(double[] values, double time) {
    return Arrays.stream(values).filter(value -> value >= time).count();
  }
}
