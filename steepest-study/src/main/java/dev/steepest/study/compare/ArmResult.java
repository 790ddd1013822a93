package dev.steepest.study.compare;

import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Summary;
import java.util.List;
import java.util.Optional;

/**
 * What one arm did on one problem.
 *
 * @param runs those that count, one per seed, in order of seeds
 * @param value the rule's metric over finished runs; empty where none finished with a value
 * @param trainSeconds training time of finished runs
 * @param arrivals one for each target of the rule, in its order
 */
public record ArmResult(
    String arm,
    List<RunRecord> runs,
    Counts counts,
    Optional<Summary> value,
    Optional<Summary> trainSeconds,
    List<TargetArrival> arrivals) {

  public ArmResult {
    runs = List.copyOf(runs);
    arrivals = List.copyOf(arrivals);
  }

  /** The runs whose end the summaries are taken over. */
  public List<RunRecord> finished() {
    return runs.stream().filter(RunRecord::finished).toList();
  }
}
