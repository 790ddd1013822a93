package dev.steepest.study.compare;

import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.Power;
import dev.steepest.study.stats.SignFlip;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** One sentence for one comparison of final values; what it may say follows from the claim. */
final class MetricWording {
  /** Probability of showing a true difference for which seeds are counted: the usual .8. */
  static final double POWER = .8;

  private MetricWording() {}

  static String sentence(MetricContrast c, Claim claim, OptionalDouble holm) {
    String head =
        switch (claim) {
          case FIRST_BETTER, SECOND_BETTER -> beats(c, claim, holm);
          case NOT_SHOWN -> notShown(c, holm);
          case TOO_FEW_PAIRS -> tooFew(c);
          case NOT_COMPARABLE -> notComparable(c);
        };
    return head + divergences(c, claim) + ".";
  }

  private static String beats(MetricContrast c, Claim claim, OptionalDouble holm) {
    boolean firstWins = claim == Claim.FIRST_BETTER;
    String winner = firstWins ? c.pairing().first() : c.pairing().second();
    String loser = firstWins ? c.pairing().second() : c.pairing().first();
    String verb = winner + " beats " + loser;
    if (c.evidence().basis() == Basis.SIGN) {
      int n = c.evidence().pairs() + c.evidence().alone();
      return verb
          + " by outcomes alone (n = "
          + n
          + " pairs, Holm p "
          + Numbers.p(holm.getAsDouble())
          + " by the sign test)";
    }
    PairedT t = c.evidence().t().orElseThrow();
    Interval interval = firstWins ? t.interval() : t.interval().negated();
    return verb
        + " by "
        + c.quantity().amount(t.difference())
        + " ("
        + interval(c.quantity(), interval)
        + ", n = "
        + t.n()
        + " pairs, Holm p "
        + Numbers.p(holm.getAsDouble())
        + ")";
  }

  private static String notShown(MetricContrast c, OptionalDouble holm) {
    Quantity q = c.quantity();
    String head = "no difference in " + q.label() + " was shown between " + both(c);
    if (c.evidence().basis() == Basis.SIGN) {
      return head + " (Holm p " + Numbers.p(holm.getAsDouble()) + " by the sign test of outcomes)";
    }
    PairedT t = c.evidence().t().orElseThrow();
    String found =
        head
            + ": "
            + q.signed(q.sign() * t.difference())
            + " "
            + q.unit()
            + "("
            + interval(q, q.sign() > 0 ? t.interval() : t.interval().negated())
            + ", n = "
            + t.n()
            + " pairs, Holm p "
            + Numbers.p(holm.getAsDouble())
            + ")";
    if (t.sd() == 0) {
      return found;
    }
    double detectable = Power.detectable(t.n(), t.sd(), c.rule().alpha(), POWER);
    return found
        + "; before adjustment this design would have shown "
        + q.number(detectable)
        + " "
        + q.unit()
        + "with probability .8";
  }

  private static String tooFew(MetricContrast c) {
    int n = c.evidence().pairs();
    String floor =
        n == 0
            ? "no pair has a value on both sides"
            : "the smallest p that a paired sign-flip test can reach is "
                + Numbers.bareP(SignFlip.smallestP(n));
    return "no difference between "
        + both(c)
        + " could have been shown with n = "
        + n
        + " ("
        + floor
        + ")"
        + needed(c);
  }

  private static String needed(MetricContrast c) {
    int fewest = Evidence.fewestPairs(c.rule().alpha());
    if (c.difference().isEmpty()) {
      return "; run at least " + fewest + " pairs";
    }
    Quantity q = c.quantity();
    double difference = c.difference().getAsDouble();
    String observed = "; the observed difference is " + q.signed(difference);
    if (c.evidence().pairs() == 1) {
      return observed + points(q) + ", its spread is unknown; run at least " + fewest + " pairs";
    }
    OptionalInt pairs = c.pairsNeeded();
    if (pairs.isEmpty()) {
      return observed + points(q) + ", too small to plan for; run at least " + fewest + " pairs";
    }
    return "; at the observed spread "
        + pairs.getAsInt()
        + " pairs, before adjustment, would be needed to show the observed "
        + "difference of "
        + c.quantity().amount(difference)
        + " ("
        + c.pairing().first()
        + (q.sign() * difference > 0 ? " ahead)" : " behind)");
  }

  private static String notComparable(MetricContrast c) {
    String head = "nothing can be said of " + both(c) + ": ";
    if (c.pairing().shared().isEmpty()) {
      return head + "they share no seed";
    }
    return head
        + (c.bothDiverged().isEmpty()
            ? "on no shared seed have both runs finished with a " + c.quantity().label()
            : "both diverged on " + Numbers.seeds(c.bothDiverged()));
  }

  /** Seeds without a number are named; how they were counted is said where they touch the claim. */
  private static String divergences(MetricContrast c, Claim claim) {
    return diverged(c, c.pairing().first(), c.firstDiverged(), claim == Claim.FIRST_BETTER)
        + diverged(c, c.pairing().second(), c.secondDiverged(), claim == Claim.SECOND_BETTER);
  }

  private static String diverged(MetricContrast c, String arm, List<Long> seeds, boolean winner) {
    if (seeds.isEmpty()) {
      return "";
    }
    String said = "; " + arm + " diverged on " + Numbers.seeds(seeds) + ", which ";
    String one = seeds.size() == 1 ? "has" : "have";
    if (c.evidence().basis() == Basis.SIGN) {
      return said + (seeds.size() == 1 ? "counts as a loss" : "count as losses");
    }
    return said
        + one
        + " no value to enter the mean"
        + (winner
            ? " and "
                + (seeds.size() == 1 ? "counts as a loss" : "count as losses")
                + " in the sign test that had to agree"
            : "");
  }

  private static String both(MetricContrast c) {
    return c.pairing().first() + " and " + c.pairing().second();
  }

  private static String points(Quantity q) {
    return q.unit().isEmpty() ? "" : " " + q.unit().strip();
  }

  private static String interval(Quantity q, Interval i) {
    return Numbers.level(i) + " " + bound(q, i.low()) + " to " + bound(q, i.high());
  }

  private static String bound(Quantity q, double value) {
    return q.number(value);
  }
}
