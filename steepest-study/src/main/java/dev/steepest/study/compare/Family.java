package dev.steepest.study.compare;

import dev.steepest.study.stats.Adjustment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Comparisons that share one probability of a false claim. */
final class Family {
  private Family() {}

  /** Holm's adjustment of those p values that exist; the others stay empty and do not count. */
  static List<OptionalDouble> holm(List<OptionalDouble> p) {
    double[] adjusted =
        Adjustment.holm(
            p.stream()
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray());
    List<OptionalDouble> result = new ArrayList<>();
    int next = 0;
    for (OptionalDouble one : p) {
      result.add(one.isPresent() ? OptionalDouble.of(adjusted[next++]) : one);
    }
    return result;
  }
}
