package dev.steepest.study.compare;

import dev.steepest.study.stats.KaplanMeier;
import java.util.OptionalDouble;

/**
 * When the runs of an arm first reached a target, in training seconds; runs that did not are
 * censored at their end.
 *
 * @param target of the rule's curve
 */
public record TargetArrival(double target, KaplanMeier curve) {

  public int reached() {
    return curve.arrivals();
  }

  public int runs() {
    return curve.arrivals() + curve.censored();
  }

  /** Empty where fewer than half of the runs arrived. */
  public OptionalDouble medianSeconds() {
    return curve.median();
  }
}
