package dev.steepest.study.compare;

import dev.steepest.study.compare.Contest.Pairing;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.Correlation;
import dev.steepest.study.stats.EffectSize;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.Power;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The final values of two arms, seed by seed, before the other comparisons of the verdict are
 * known.
 *
 * @param seeds both runs finished with a value
 * @param firstDiverged seeds on which only the first arm diverged
 * @param undecided seeds of both arms with a run that failed, is unfinished, or has no value
 * @param first values of the first arm at {@code seeds}, in the metric's own unit
 */
record MetricContrast(
    Pairing pairing,
    Quantity quantity,
    DecisionRule rule,
    List<Long> seeds,
    List<Long> firstDiverged,
    List<Long> secondDiverged,
    List<Long> bothDiverged,
    List<Long> undecided,
    double[] first,
    double[] second,
    Evidence evidence) {

  static MetricContrast of(Pairing pairing, Quantity quantity, DecisionRule rule) {
    List<Long> seeds = new ArrayList<>();
    List<Long> firstDiverged = new ArrayList<>();
    List<Long> secondDiverged = new ArrayList<>();
    List<Long> bothDiverged = new ArrayList<>();
    List<Long> undecided = new ArrayList<>();
    for (long seed : pairing.shared()) {
      RunRecord a = pairing.firstRuns().get(seed);
      RunRecord b = pairing.secondRuns().get(seed);
      if (hasValue(a, quantity) && hasValue(b, quantity)) {
        seeds.add(seed);
      } else if (a.diverged() && b.diverged()) {
        bothDiverged.add(seed);
      } else if (a.diverged() && hasValue(b, quantity)) {
        firstDiverged.add(seed);
      } else if (b.diverged() && hasValue(a, quantity)) {
        secondDiverged.add(seed);
      } else {
        undecided.add(seed);
      }
    }
    double[] first = values(seeds, pairing.firstRuns(), quantity);
    double[] second = values(seeds, pairing.secondRuns(), quantity);
    Evidence evidence =
        Evidence.of(
            oriented(first, quantity),
            oriented(second, quantity),
            firstDiverged.size(),
            secondDiverged.size(),
            rule);
    return new MetricContrast(
        pairing,
        quantity,
        rule,
        seeds,
        firstDiverged,
        secondDiverged,
        bothDiverged,
        undecided,
        first,
        second,
        evidence);
  }

  private static boolean hasValue(RunRecord run, Quantity quantity) {
    return run.finished() && quantity.atEnd(run).isPresent();
  }

  private static double[] values(List<Long> seeds, Map<Long, RunRecord> runs, Quantity quantity) {
    return seeds.stream().mapToDouble(s -> quantity.atEnd(runs.get(s)).getAsDouble()).toArray();
  }

  private static double[] oriented(double[] values, Quantity quantity) {
    return Arrays.stream(values).map(v -> quantity.sign() * v).toArray();
  }

  ArmComparison decided(OptionalDouble holm) {
    Claim claim = evidence.claim(holm, rule.alpha());
    Optional<PairedT> estimate = evidence.t().map(_ -> PairedT.of(first, second, 1 - rule.alpha()));
    return new ArmComparison(
        pairing.first(),
        pairing.second(),
        seeds,
        firstDiverged,
        secondDiverged,
        difference(),
        estimate,
        evidence.signFlip(),
        evidence.sign(),
        estimate.flatMap(_ -> EffectSize.paired(first, second, 1 - rule.alpha())),
        Correlation.of(first, second, 1 - rule.alpha()),
        evidence.basis(),
        evidence.p(),
        holm,
        pairsNeeded(),
        claim,
        MetricWording.sentence(this, claim, holm));
  }

  /** Mean of first − second over the pairs. */
  OptionalDouble difference() {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] - second[i];
    }
    return first.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / first.length);
  }

  /**
   * Pairs that would show a true difference of the observed size, at the observed spread, with
   * power .8.
   */
  OptionalInt pairsNeeded() {
    return evidence.t().filter(t -> t.difference() != 0).stream()
        .mapToInt(t ->
            Power.pairs(t.difference(), t.sd(), rule.alpha(), MetricWording.POWER)
                .orElse(Integer.MAX_VALUE))
        .filter(n -> n < Integer.MAX_VALUE)
        .map(n -> Math.max(n, Evidence.fewestPairs(rule.alpha())))
        .findFirst();
  }
}
