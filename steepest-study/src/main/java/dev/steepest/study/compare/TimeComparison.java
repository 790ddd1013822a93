package dev.steepest.study.compare;

import dev.steepest.study.stats.Interval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Training seconds of two arms to one target, run against run with the same seed.
 *
 * @param target of the rule's curve
 * @param seeds both runs arrived
 * @param firstMissed seeds on which the first arm ended (finished or diverged) short of the target,
 *     the second arrived
 * @param secondMissed the other way round
 * @param bothMissed seeds on which both ended short of it
 * @param ratio geometric mean of first / second over pairs that both arrived; below 1 the first is
 *     faster
 * @param interval of the ratio: t interval of the log-ratios; empty below two pairs
 * @param basis the test that decided
 * @param p before adjustment; empty where nothing can be tested
 * @param holm adjusted over all time comparisons of the verdict, a family of their own
 */
public record TimeComparison(
    String first,
    String second,
    double target,
    List<Long> seeds,
    List<Long> firstMissed,
    List<Long> secondMissed,
    List<Long> bothMissed,
    OptionalDouble ratio,
    Optional<Interval> interval,
    Basis basis,
    OptionalDouble p,
    OptionalDouble holm,
    Claim claim,
    String sentence) {

  public TimeComparison {
    seeds = List.copyOf(seeds);
    firstMissed = List.copyOf(firstMissed);
    secondMissed = List.copyOf(secondMissed);
    bothMissed = List.copyOf(bothMissed);
  }
}
