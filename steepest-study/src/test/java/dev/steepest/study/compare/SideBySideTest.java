package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.study.compare.SideBySide.Reading;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static final DecisionRule RULE =
      new DecisionRule(
          Metric.VAL_LOSS,
          DecisionRule.Goal.MINIMIZE,
          Optional.of("base"),
          .05,
          List.of(),
          Metric.VAL_LOSS,
          List.of());

  /** Losses of seeds 0, 1, …: what all arms share, then each arm's own. */
  private static List<RunRecord> study(double[] other, double... base) {
    List<RunRecord> records = new ArrayList<>(arm("base", base));
    records.addAll(arm("other", other));
    return records;
  }

  private static List<RunRecord> arm(String name, double... losses) {
    List<RunRecord> runs = new ArrayList<>();
    for (int seed = 0; seed < losses.length; seed++) {
      runs.add(Runs.of("gpt · text", name, seed).result(Metric.VAL_LOSS, losses[seed]).record());
    }
    return runs;
  }

  private static final double[] BASE = {3.00, 3.10, 2.95, 3.05, 3.02, 2.98};
  private static final double[] BETTER = {2.90, 2.99, 2.86, 2.94, 2.93, 2.87};
  private static final double[] WORSE = {3.11, 3.20, 3.06, 3.14, 3.13, 3.07};
  private static final double[] EQUAL = {3.01, 3.09, 2.955, 3.045, 3.03, 2.975};

  private static SideBySide of(double[] left, double[] right) {
    return SideBySide.of("described", study(left, BASE), "logged", study(right, BASE), RULE);
  }

  private static Reading reading(double[] left, double[] right) {
    return of(left, right).rows().getFirst().reading();
  }

  @Test
  void aClaimIsConfirmedReversedLostOrGained() {
    assertThat(reading(BETTER, BETTER)).isEqualTo(Reading.CONFIRMED);
    assertThat(reading(BETTER, WORSE)).isEqualTo(Reading.REVERSED);
    assertThat(reading(BETTER, EQUAL)).isEqualTo(Reading.LOST);
    assertThat(reading(EQUAL, WORSE)).isEqualTo(Reading.GAINED);
    assertThat(reading(EQUAL, EQUAL)).isEqualTo(Reading.OPEN);
  }

  /**
   * python3 -c "import numpy as np, scipy.stats as s; b=np.array([3,3.1,2.95,3.05,3.02,2.98]);
   * l=np.array([2.9,2.99,2.86,2.94,2.93,2.87])-b; r=np.array([3.11,3.2,3.06,3.14,3.13,3.07])-b;
   * d=r-l; print(d.mean(), s.t.interval(.95,5,d.mean(),s.sem(d)))"
   */
  @Test
  void theDifferenceOfDifferencesIsTakenSeedBySeed() {
    var moved = of(BETTER, WORSE).rows().getFirst().moved().orElseThrow();
    assertThat(moved.n()).isEqualTo(6);
    assertThat(moved.difference()).isEqualTo(0.203333333333, within(1e-12));
    assertThat(moved.interval().low()).isEqualTo(0.1979140709916884, within(1e-9));
    assertThat(moved.interval().high()).isEqualTo(0.20875259567497817, within(1e-9));
  }

  @Test
  void unprovenSignsThatTurnAreSaidToTurn() {
    double[] three = {3.01, 3.11, 2.96};
    double[] under = {2.99, 3.09, 2.94};
    double[] base = {3.00, 3.10, 2.95};
    SideBySide sides = SideBySide.of("a", study(three, base), "b", study(under, base), RULE);
    assertThat(sides.rows().getFirst().reading()).isEqualTo(Reading.TURNED);
    assertThat(sides.headline()).isEqualTo("Of 1 comparison, 1 reads otherwise in b than in a.");
    assertThat(SideBySideText.of(sides))
        .contains("other against base on gpt · text", "moved by", "the sign turns", "nats");
  }

  @Test
  void whatOnlyOneStudyHasIsNamed() {
    List<RunRecord> more = new ArrayList<>(study(BETTER, BASE));
    more.addAll(arm("third", BETTER));
    SideBySide sides = SideBySide.of("a", more, "b", study(BETTER, BASE), RULE);
    assertThat(sides.rows()).hasSize(1);
    assertThat(sides.missing())
        .containsExactly("b has no comparison of third with base on gpt · text.");
    SideBySide nothing = SideBySide.of("a", more, "b", List.of(), RULE);
    assertThat(nothing.headline()).isEqualTo("a and b have no comparison in common.");
  }
}
