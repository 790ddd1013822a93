package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.record.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final double[] ADAMW = {.9301, .9312, .9295, .9320, .9308, .9299, .9315, .9304};
  private static final double[] MUON = {.9436, .9440, .9431, .9449, .9437, .9426, .9455, .9430};
  private static final DecisionRule RULE = Runs.accuracyRule(Optional.of("adamw"));

  @Test
  void saysWhoWinsByHowMuchAndHowSurely() {
    Verdict verdict = Comparison.of(join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW)), RULE);
    // 1.3125 points: mean of the eight differences; half-width t(7; .975) = 2.364624 times sd/√8
    assertThat(verdict.headline())
        .isEqualTo(
            "muon beats adamw by 1.31 points of test accuracy (95 % CI 1.27 to 1.35, n = 8 pairs,"
                + " Holm p < .0001).");
    ArmComparison c = verdict.problems().getFirst().comparisons().getFirst();
    assertThat(c.claim()).isEqualTo(Claim.FIRST_BETTER);
    assertThat(c.signFlip().orElseThrow().p()).isEqualTo(2.0 / 256);
    assertThat(verdict.alarms()).isEmpty();
  }

  @Test
  void lessIsBetterWhereTheRuleSaysSo() {
    DecisionRule loss =
        new DecisionRule(
            Metric.TEST_ACCURACY,
            DecisionRule.Goal.MINIMIZE,
            Optional.empty(),
            .05,
            List.of(),
            "x",
            List.of());
    Verdict verdict = Comparison.of(join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW)), loss);
    assertThat(verdict.headline()).startsWith("adamw beats muon by 1.31 points of test accuracy");
  }

  @Test
  void refusesAClaimFromThreeSeedsAndSaysHowManyAreNeeded() {
    Verdict verdict =
        Comparison.of(
            join(Runs.arm("muon", .935, .941, .938), Runs.arm("adamw", .930, .931, .935)), RULE);
    ArmComparison c = verdict.problems().getFirst().comparisons().getFirst();
    assertThat(c.claim()).isEqualTo(Claim.TOO_FEW_PAIRS);
    assertThat(verdict.headline())
        .isEqualTo(
            "No difference between muon and adamw could have been shown with n = 3 (the smallest p"
                + " that a paired sign-flip test can reach is .25); at the observed spread 6 pairs,"
                + " before adjustment, would be needed to show the observed difference of 0.60"
                + " points of test accuracy"
                + " (muon ahead).");
  }

  @Test
  void oneSeedHasNoSpread() {
    Verdict verdict = Comparison.of(join(Runs.arm("muon", .95), Runs.arm("adamw", .93)), RULE);
    assertThat(verdict.headline())
        .contains("could have been shown with n = 1", "its spread is unknown", "at least 6 pairs");
    assertThat(verdict.problems().getFirst().arms().getFirst().value().orElseThrow().sd())
        .isEmpty();
  }

  @Test
  void equalArmsShowNothingAndTheVerdictSaysWhatItCouldHaveShown() {
    double[] other = {.9303, .9309, .9299, .9316, .9310, .9297, .9318, .9301};
    Verdict verdict = Comparison.of(join(Runs.arm("lion", other), Runs.arm("adamw", ADAMW)), RULE);
    assertThat(verdict.headline())
        .startsWith("No difference in test accuracy was shown between lion and adamw: ")
        .contains("before adjustment this design would have shown 0.");
  }

  @Test
  void divergedSeedsOfTheWinnerMustSurviveTheSignTest() {
    List<RunRecord> runs = join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW));
    runs.set(3, Runs.of(Runs.PROBLEM, "muon", 3).ended(Status.DIVERGED).record());
    ArmComparison c = only(Comparison.of(runs, RULE));
    assertThat(c.pairs()).isEqualTo(7);
    assertThat(c.firstDiverged()).containsExactly(3L);
    assertThat(c.basis()).isEqualTo(Basis.PAIRED_T_AND_SIGN);
    // 7 wins, 1 loss: 2 (1 + 8) / 256
    assertThat(c.p().getAsDouble()).isCloseTo(18 / 256.0, within(1e-12));
    assertThat(c.claim()).isEqualTo(Claim.NOT_SHOWN);
    assertThat(c.sentence()).contains("muon diverged on seed 3");
  }

  @Test
  void divergedSeedsOfTheLoserOnlyUnderstateTheDifference() {
    List<RunRecord> runs = join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW));
    runs.set(8 + 5, Runs.of(Runs.PROBLEM, "adamw", 5).ended(Status.DIVERGED).record());
    Verdict verdict = Comparison.of(runs, RULE);
    assertThat(only(verdict).claim()).isEqualTo(Claim.FIRST_BETTER);
    assertThat(verdict.headline()).contains("n = 7 pairs", "adamw diverged on seed 5");
    assertThat(verdict.alarms())
        .extracting(Alarm::sentence)
        .containsExactly("adamw diverged on 1 of 8 seeds (seed 5).");
  }

  @Test
  void anArmThatAlwaysDivergesLosesByOutcomes() {
    List<RunRecord> runs = new ArrayList<>(Runs.arm("adamw", ADAMW));
    for (int seed = 0; seed < 8; seed++) {
      runs.add(Runs.of(Runs.PROBLEM, "dion", seed).ended(Status.DIVERGED).record());
    }
    Verdict verdict = Comparison.of(runs, RULE);
    ArmComparison c = only(verdict);
    assertThat(c.claim()).isEqualTo(Claim.SECOND_BETTER);
    assertThat(c.difference()).isEmpty();
    assertThat(verdict.headline())
        .isEqualTo(
            "adamw beats dion by outcomes alone (n = 8 pairs, Holm p = .0078 by the sign test); dion"
                + " diverged on seeds 0–7, which count as losses.");
  }

  @Test
  void holmCoversEveryComparisonOfEveryProblem() {
    List<RunRecord> runs = join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW));
    runs.addAll(Runs.arm("lion", .931, .930, .930, .931, .931, .930, .932, .930));
    List<RunRecord> both = new ArrayList<>(runs);
    runs.forEach(run -> both.add(moved(run)));
    Verdict verdict = Comparison.of(both, RULE);
    List<ArmComparison> all =
        verdict.problems().stream().flatMap(p -> p.comparisons().stream()).toList();
    assertThat(all).hasSize(4);
    double least = all.stream().mapToDouble(c -> c.p().getAsDouble()).min().getAsDouble();
    assertThat(all.getFirst().holm().getAsDouble()).isCloseTo(4 * least, within(1e-15));
    assertThat(verdict.headline())
        .startsWith(
            "In test accuracy, on resnet18 · cifar10, muon beats adamw (by 1.31 points), and")
        .contains(" no difference was shown between lion and adamw; on vit · cifar10, ");
  }

  @Test
  void withoutABaselineEveryPairIsCompared() {
    List<RunRecord> runs = join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW));
    runs.addAll(Runs.arm("dion", .88, .87, .89, .881, .872, .885, .879, .883));
    Verdict verdict = Comparison.of(runs, Runs.accuracyRule(Optional.empty()));
    assertThat(verdict.problems().getFirst().comparisons())
        .extracting(c -> c.first() + ">" + c.second() + " " + c.claim())
        .containsExactly(
            "muon>adamw FIRST_BETTER", "muon>dion FIRST_BETTER", "adamw>dion FIRST_BETTER");
    assertThat(verdict.headline())
        .isEqualTo(
            "In test accuracy, muon beats adamw (by 1.31 points) and dion (by 6.38 points), and"
                + " adamw beats dion (by 5.07 points).");
  }

  @Test
  void emptyAndUnfinishedStudiesSaySo() {
    assertThat(Comparison.of(List.of(), RULE).headline())
        .isEqualTo("There are no runs to compare.");
    Verdict unfinished =
        Comparison.of(
            List.of(
                Runs.of(Runs.PROBLEM, "muon", 0).unfinished().record(),
                Runs.of(Runs.PROBLEM, "adamw", 0).ended(Status.FAILED).record()),
            RULE);
    assertThat(unfinished.headline())
        .isEqualTo(
            "No run has finished yet (1 unfinished, 1 failed), so that nothing can be said.");
    assertThat(unfinished.problems().getFirst().arms())
        .allSatisfy(arm -> assertThat(arm.value()).isEmpty());
  }

  @Test
  void aSecondRunOfASeedStandsAside() {
    List<RunRecord> runs = join(Runs.arm("muon", MUON), Runs.arm("adamw", ADAMW));
    runs.add(Runs.of(Runs.PROBLEM, "muon", 0).accuracy(.99).at(Instant.ofEpochSecond(5)).record());
    Verdict verdict = Comparison.of(runs, RULE);
    assertThat(only(verdict).difference().getAsDouble()).isCloseTo(.013125, within(1e-9));
    assertThat(verdict.alarms()).extracting(Alarm::kind).containsExactly(Alarm.Kind.DUPLICATE);
  }

  @Test
  void differencesThatAreAllEqualHaveNoTTest() {
    double[] shifted = java.util.Arrays.stream(ADAMW).map(a -> a + .01).toArray();
    ArmComparison c =
        only(Comparison.of(join(Runs.arm("muon", shifted), Runs.arm("adamw", ADAMW)), RULE));
    assertThat(c.p().getAsDouble()).isEqualTo(2.0 / 256);
    assertThat(c.claim()).isEqualTo(Claim.FIRST_BETTER);
  }

  private static RunRecord moved(RunRecord run) {
    return Runs.of("vit · cifar10", run.spec().arm(), run.spec().seed())
        .accuracy(run.results().get(Metric.TEST_ACCURACY))
        .record();
  }

  private static ArmComparison only(Verdict verdict) {
    return verdict.problems().getFirst().comparisons().getFirst();
  }

  private static List<RunRecord> join(List<RunRecord> a, List<RunRecord> b) {
    List<RunRecord> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
