package dev.steepest.study.compare;

import dev.steepest.study.stats.Interval;
import java.util.List;
import java.util.OptionalDouble;

/** One sentence for one comparison of times to a target. */
final class TimeWording {
  private TimeWording() {}

  static String sentence(TimeContrast c, Claim claim, OptionalDouble holm) {
    String head =
        switch (claim) {
          case FIRST_BETTER, SECOND_BETTER -> faster(c, claim, holm);
          case NOT_SHOWN ->
              "no difference between "
                  + both(c)
                  + " in the time to "
                  + target(c)
                  + " was shown"
                  + figures(c, holm);
          case TOO_FEW_PAIRS -> tooFew(c);
          case NOT_COMPARABLE ->
              c.bothMissed().isEmpty()
                  ? both(c)
                      + " cannot be compared in the time to "
                      + target(c)
                      + ": no shared seed has a known arrival"
                  : "neither "
                      + c.pairing().first()
                      + " nor "
                      + c.pairing().second()
                      + " reached "
                      + target(c);
        };
    return head + missed(c) + ".";
  }

  private static String faster(TimeContrast c, Claim claim, OptionalDouble holm) {
    boolean firstWins = claim == Claim.FIRST_BETTER;
    String winner = firstWins ? c.pairing().first() : c.pairing().second();
    String loser = firstWins ? c.pairing().second() : c.pairing().first();
    if (c.evidence().basis() == Basis.SIGN) {
      int n = c.evidence().pairs() + c.evidence().alone();
      return winner
          + " reaches "
          + target(c)
          + " before "
          + loser
          + " (n = "
          + n
          + " pairs, Holm p "
          + Numbers.p(holm.getAsDouble())
          + " by the sign test)";
    }
    double ratio = c.ratio().getAsDouble();
    return winner
        + " reaches "
        + target(c)
        + " in "
        + times(firstWins ? ratio : 1 / ratio)
        + " the time of "
        + loser
        + " ("
        + interval(c, firstWins)
        + "n = "
        + c.evidence().pairs()
        + " pairs, Holm p "
        + Numbers.p(holm.getAsDouble())
        + ")";
  }

  private static String figures(TimeContrast c, OptionalDouble holm) {
    String p = "Holm p " + Numbers.p(holm.getAsDouble());
    return c.evidence().basis() == Basis.SIGN
        ? " (" + p + " by the sign test)"
        : ": "
            + times(c.ratio().getAsDouble())
            + " ("
            + interval(c, true)
            + "n = "
            + c.evidence().pairs()
            + " pairs, "
            + p
            + ")";
  }

  private static String tooFew(TimeContrast c) {
    String head =
        "no difference between "
            + both(c)
            + " in the time to "
            + target(c)
            + " could have been shown with n = "
            + c.evidence().pairs();
    return c.ratio().isPresent()
        ? head
            + " ("
            + c.pairing().first()
            + " took "
            + times(c.ratio().getAsDouble())
            + " the time of "
            + c.pairing().second()
            + ")"
        : head;
  }

  private static String missed(TimeContrast c) {
    return missed(c.pairing().first(), c.firstMissed())
        + missed(c.pairing().second(), c.secondMissed())
        + (c.bothMissed().isEmpty() || c.evidence().pairs() + c.evidence().alone() == 0
            ? ""
            : "; both missed it on " + Numbers.seeds(c.bothMissed()));
  }

  private static String missed(String arm, List<Long> seeds) {
    return seeds.isEmpty() ? "" : "; " + arm + " missed it on " + Numbers.seeds(seeds);
  }

  private static String interval(TimeContrast c, boolean asIs) {
    return c.interval()
        .map(i -> asIs ? i : new Interval(1 / i.high(), 1 / i.low(), i.level()))
        .map(i ->
            Numbers.level(i)
                + " "
                + Numbers.fixed(i.low(), 2)
                + " to "
                + Numbers.fixed(i.high(), 2)
                + ", ")
        .orElse("");
  }

  private static String times(double ratio) {
    return Numbers.fixed(ratio, 2) + "×";
  }

  private static String target(TimeContrast c) {
    return c.curve().target(c.target()) + " " + c.curve().label();
  }

  private static String both(TimeContrast c) {
    return c.pairing().first() + " and " + c.pairing().second();
  }
}
