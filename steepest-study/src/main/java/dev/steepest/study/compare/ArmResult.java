package dev.steepest.study.compare;

import dev.steepest.study.stats.Summary;
import java.util.List;
import java.util.Optional;

/**
 * What one arm did on one problem.
 *
 * @param value the rule's metric over finished runs; empty where none finished with a value
 * @param trainSeconds training time of finished runs
 * @param arrivals one for each target of the rule, in its order
 */
public record ArmResult(
    String arm,
    Counts counts,
    Optional<Summary> value,
    Optional<Summary> trainSeconds,
    List<TargetArrival> arrivals) {

  public ArmResult {
    arrivals = List.copyOf(arrivals);
  }
}
