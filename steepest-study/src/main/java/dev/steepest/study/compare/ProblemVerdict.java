package dev.steepest.study.compare;

import java.util.List;

/**
 * One problem, on which the arms were held equal in all but what is compared.
 *
 * @param arms the baseline first, the others in order of first appearance
 * @param comparisons of the rule's metric; each of them has a sentence
 * @param times to the rule's targets, secondary to the metric
 */
public record ProblemVerdict(
    String problem,
    List<ArmResult> arms,
    List<ArmComparison> comparisons,
    List<TimeComparison> times) {

  public ProblemVerdict {
    arms = List.copyOf(arms);
    comparisons = List.copyOf(comparisons);
    times = List.copyOf(times);
  }
}
