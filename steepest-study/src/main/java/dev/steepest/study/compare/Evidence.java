package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.SignFlip;
import dev.steepest.study.stats.SignTest;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What paired numbers and paired outcomes say together, before adjustment for other comparisons.
 * Numbers are oriented: a positive difference favours the first arm.
 *
 * @param pairs pairs in which both arms have a number
 * @param alone seeds on which one arm alone had none (it diverged, or missed the target): a loss
 *     without a number
 * @param t empty below two pairs
 * @param signFlip empty without a pair
 * @param sign outcomes of all {@code pairs + alone} seeds; empty where {@code alone} is 0
 * @param leader whom the deciding test favours
 * @param p of the deciding test; empty where there is none
 */
record Evidence(
    int pairs,
    int alone,
    Optional<PairedT> t,
    Optional<SignFlip> signFlip,
    Optional<SignTest> sign,
    Basis basis,
    Claim leader,
    OptionalDouble p) {

  /**
   * The sign-flip test enumerates up to 20 pairs; beyond, this seed draws its patterns. Any number
   * would do.
   */
  private static final long SEED = 20;

  /** Differences equal to this relative precision have no spread that a t test could use. */
  private static final double NO_SPREAD = 1e-12;

  /**
   * Below six pairs not even six wins out of six would convince (2/2⁵ = .0625); the spec's floor.
   */
  private static final int FEWEST_PAIRS = 6;

  /**
   * The pairs below which nothing is claimed: six, or more where alpha is so small that six signs
   * cannot reach it.
   */
  static int fewestPairs(double alpha) {
    return Math.max(FEWEST_PAIRS, SignFlip.fewestPairs(alpha));
  }

  static Evidence of(
      double[] first, double[] second, int firstAlone, int secondAlone, DecisionRule rule) {
    int pairs = first.length;
    int alone = firstAlone + secondAlone;
    Optional<PairedT> t =
        pairs < 2 ? Optional.empty() : Optional.of(PairedT.of(first, second, 1 - rule.alpha()));
    Optional<SignFlip> flip =
        pairs < 1 ? Optional.empty() : Optional.of(SignFlip.of(first, second, SEED));
    Optional<SignTest> sign =
        alone == 0
            ? Optional.empty()
            : Optional.of(outcomes(first, second, firstAlone, secondAlone));
    int fewest = fewestPairs(rule.alpha());
    if (sign.isPresent() && (pairs < 2 || (pairs < fewest && pairs + alone >= fewest))) {
      SignTest s = sign.get();
      Claim leader = leader(s.wins() - s.losses());
      return new Evidence(
          pairs, alone, t, flip, sign, Basis.SIGN, leader, OptionalDouble.of(s.p()));
    }
    if (t.isEmpty()) {
      return new Evidence(
          pairs, alone, t, flip, sign, Basis.PAIRED_T, Claim.NOT_SHOWN, OptionalDouble.empty());
    }
    double pT = p(t.get(), flip.orElseThrow());
    Claim leader = leader(t.get().difference());
    boolean leaderLostSome =
        leader == Claim.FIRST_BETTER
            ? firstAlone > 0
            : leader == Claim.SECOND_BETTER && secondAlone > 0;
    if (!leaderLostSome) {
      return new Evidence(
          pairs, alone, t, flip, sign, Basis.PAIRED_T, leader, OptionalDouble.of(pT));
    }
    SignTest s = sign.orElseThrow();
    boolean agree = leader == leader(s.wins() - s.losses());
    double p = agree ? Math.max(pT, s.p()) : 1;
    return new Evidence(
        pairs, alone, t, flip, sign, Basis.PAIRED_T_AND_SIGN, leader, OptionalDouble.of(p));
  }

  /** What may be claimed at {@code holm}, the adjusted {@link #p}. */
  Claim claim(OptionalDouble holm, double alpha) {
    if (pairs + alone == 0) {
      return Claim.NOT_COMPARABLE;
    }
    int counted = basis == Basis.SIGN ? pairs + alone : pairs;
    if (counted < fewestPairs(alpha) || holm.isEmpty()) {
      return Claim.TOO_FEW_PAIRS;
    }
    return holm.getAsDouble() < alpha ? leader : Claim.NOT_SHOWN;
  }

  /**
   * Equal differences have no t; how often their signs would agree by chance is all that can be
   * said.
   */
  private static double p(PairedT t, SignFlip flip) {
    return t.sd() <= NO_SPREAD * Math.abs(t.difference()) ? flip.p() : t.p();
  }

  private static SignTest outcomes(
      double[] first, double[] second, int firstAlone, int secondAlone) {
    int wins = secondAlone;
    int losses = firstAlone;
    for (int i = 0; i < first.length; i++) {
      wins += first[i] > second[i] ? 1 : 0;
      losses += first[i] < second[i] ? 1 : 0;
    }
    return SignTest.of(wins, losses);
  }

  private static Claim leader(double difference) {
    return difference > 0
        ? Claim.FIRST_BETTER
        : difference < 0 ? Claim.SECOND_BETTER : Claim.NOT_SHOWN;
  }
}
