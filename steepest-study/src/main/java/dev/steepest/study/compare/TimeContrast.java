package dev.steepest.study.compare;

import dev.steepest.study.compare.Contest.Pairing;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Seconds to a target, seed by seed. Compared are the logarithms: a ratio of times has a symmetric
 * spread on that scale and its interval cannot reach below zero.
 *
 * @param seeds both runs arrived after some training
 * @param firstMissed only the second arrived; the first ended short of the target
 */
record TimeContrast(
    Pairing pairing,
    Quantity curve,
    double target,
    DecisionRule rule,
    List<Long> seeds,
    List<Long> firstMissed,
    List<Long> secondMissed,
    List<Long> bothMissed,
    Evidence evidence) {

  static TimeContrast of(Pairing pairing, Quantity curve, double target, DecisionRule rule) {
    List<Long> seeds = new ArrayList<>();
    List<Long> firstMissed = new ArrayList<>();
    List<Long> secondMissed = new ArrayList<>();
    List<Long> bothMissed = new ArrayList<>();
    for (long seed : pairing.shared()) {
      RunRecord a = pairing.firstRuns().get(seed);
      RunRecord b = pairing.secondRuns().get(seed);
      boolean aArrived = arrived(a, curve, target);
      boolean bArrived = arrived(b, curve, target);
      if (aArrived && bArrived) {
        seeds.add(seed);
      } else if (bArrived && ended(a)) {
        firstMissed.add(seed);
      } else if (aArrived && ended(b)) {
        secondMissed.add(seed);
      } else if (ended(a) && ended(b)) {
        bothMissed.add(seed);
      }
    }
    // less time is better: the negated logarithms are oriented towards the first arm
    Evidence evidence =
        Evidence.of(
            speeds(seeds, pairing.firstRuns(), curve, target),
            speeds(seeds, pairing.secondRuns(), curve, target),
            firstMissed.size(),
            secondMissed.size(),
            rule);
    return new TimeContrast(
        pairing, curve, target, rule, seeds, firstMissed, secondMissed, bothMissed, evidence);
  }

  private static boolean arrived(RunRecord run, Quantity curve, double target) {
    return curve.secondsTo(run, target).orElse(0) > 0;
  }

  /** A run that had its chance; one that failed or was stopped might still have arrived. */
  private static boolean ended(RunRecord run) {
    return run.finished() || run.diverged();
  }

  private static double[] speeds(
      List<Long> seeds, Map<Long, RunRecord> runs, Quantity curve, double target) {
    return seeds.stream()
        .mapToDouble(seed -> -Math.log(curve.secondsTo(runs.get(seed), target).getAsDouble()))
        .toArray();
  }

  TimeComparison decided(OptionalDouble holm) {
    Claim claim = evidence.claim(holm, rule.alpha());
    return new TimeComparison(
        pairing.first(),
        pairing.second(),
        target,
        seeds,
        firstMissed,
        secondMissed,
        bothMissed,
        ratio(),
        interval(),
        evidence.basis(),
        evidence.p(),
        holm,
        claim,
        TimeWording.sentence(this, claim, holm));
  }

  /** Geometric mean of first / second. */
  OptionalDouble ratio() {
    return evidence
        .signFlip()
        .map(flip -> OptionalDouble.of(Math.exp(-flip.difference())))
        .orElse(OptionalDouble.empty());
  }

  Optional<Interval> interval() {
    return evidence
        .t()
        .map(t -> t.interval())
        .map(i -> new Interval(Math.exp(-i.high()), Math.exp(-i.low()), i.level()));
  }
}
