package dev.steepest.study.compare;

import dev.steepest.study.stats.Correlation;
import dev.steepest.study.stats.EffectSize;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.SignFlip;
import dev.steepest.study.stats.SignTest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Two arms on one problem, run against run with the same seed.
 *
 * <p>The estimate, its interval and the test are Student's on the paired differences; the sign-flip
 * permutation test stands beside it. See {@link Comparison} for the rule of decision.
 *
 * @param seeds the seeds that entered the difference: both runs finished with a value
 * @param firstDiverged seeds on which the first arm diverged though the second finished
 * @param secondDiverged seeds on which the second arm diverged though the first finished
 * @param difference mean of first − second over the pairs; empty without a pair
 * @param estimate the same with its test, in the metric's own unit (accuracies: fractions); empty
 *     below two pairs
 * @param signFlip empty without a pair
 * @param divergence the sign test with divergences as losses; empty where neither diverged alone
 * @param effect standardised by the spread of the differences
 * @param rho correlation of paired runs
 * @param basis the test that decided
 * @param p the p value that decides, before adjustment; empty where nothing can be tested
 * @param holm p adjusted over all metric comparisons of the verdict
 * @param pairsNeeded pairs that would show the observed difference with power .8, six at least;
 *     empty where unknown
 */
public record ArmComparison(
    String first,
    String second,
    List<Long> seeds,
    List<Long> firstDiverged,
    List<Long> secondDiverged,
    OptionalDouble difference,
    Optional<PairedT> estimate,
    Optional<SignFlip> signFlip,
    Optional<SignTest> divergence,
    Optional<EffectSize> effect,
    Optional<Correlation> rho,
    Basis basis,
    OptionalDouble p,
    OptionalDouble holm,
    OptionalInt pairsNeeded,
    Claim claim,
    String sentence) {

  public ArmComparison {
    seeds = List.copyOf(seeds);
    firstDiverged = List.copyOf(firstDiverged);
    secondDiverged = List.copyOf(secondDiverged);
  }

  public int pairs() {
    return seeds.size();
  }
}
