package dev.steepest.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.search.Hyperband.Rule;
import dev.steepest.study.search.Trial.State;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EarlyTerminationTest {
  private static final Goal MIN = Goal.MINIMIZE;

  @Test
  void bracketsAreThoseOfWandbsDocumentation() {
    assertThat(Hyperband.from(MIN, 3, 3, Rule.AT_BRACKET).brackets())
        .startsWith(3L, 9L, 27L, 81L, 243L);
    assertThat(Hyperband.downFrom(MIN, 27, 2, 3, Rule.AT_BRACKET).brackets())
        .containsExactly(3L, 9L);
    assertThat(Hyperband.downFrom(MIN, 5, 2, 2, Rule.AT_BRACKET).brackets())
        .containsExactly(1L, 2L);
    assertThat(Hyperband.downFrom(MIN, 27, 99, 3, Rule.AT_BRACKET).brackets())
        .containsExactly(1L, 3L, 9L);
    assertThat(Hyperband.from(MIN, 1, 1.5, Rule.AT_BRACKET).brackets())
        .startsWith(1L, 2L, 3L, 5L, 7L, 11L);
    assertThat(SuccessiveHalving.from(MIN, 1, 3, 27).rungs()).containsExactly(1L, 3L, 9L);
  }

  /**
   * The example in wandb/sweeps ({@code hyperband_stop_runs}): five runs, η = 2, two brackets; b is
   * ended, c, d and e go on. Its iterations are counted from 0, ours from 1.
   */
  @ParameterizedTest
  @EnumSource(Rule.class)
  void endsTheRunThatWandbEnds(Rule rule) {
    Hyperband hyperband = new Hyperband(MIN, List.of(2L, 3L), 2, rule);
    Trial a = trial(0, 10, 9);
    Trial b = trial(1, 10, 10);
    Trial c = trial(2, 10, 8, 8);
    Trial d = trial(3, 10, 7, 7);
    Trial e = trial(4, 10, 6, 6);

    assertThat(hyperband.ends(b, List.of(a, c, d, e))).isTrue();
    assertThat(hyperband.ends(d, List.of(a, b, c, e))).isFalse();
    assertThat(hyperband.ends(e, List.of(a, b, c, d))).isFalse();
    // W&B's comment on c: "passes band 1 but not band 2".
    assertThat(hyperband.ends(trial(2, 10, 8), List.of(a, b, d, e))).isFalse();
    assertThat(hyperband.ends(c, List.of(a, b, d, e))).isTrue();
  }

  @Test
  void strictJudgesTheValueAtTheBracketAndElseTheBestSoFar() {
    Trial dipped = trial(0, 1, 5);
    List<Trial> others = List.of(trial(1, 9, 2), trial(2, 9, 3), trial(3, 9, 4));

    assertThat(new Hyperband(MIN, List.of(2L), 3, Rule.AT_BRACKET).ends(dipped, others)).isTrue();
    assertThat(new Hyperband(MIN, List.of(2L), 3, Rule.BEST_SO_FAR).ends(dipped, others)).isFalse();
  }

  @Test
  void laterTrialsCanEndOneThatHasPassed() {
    Hyperband hyperband = new Hyperband(MIN, List.of(1L), 2, Rule.AT_BRACKET);
    SuccessiveHalving halving = new SuccessiveHalving(MIN, List.of(1L), 2);
    Trial first = trial(0, 5, 5);
    List<Trial> better = List.of(trial(1, 1), trial(2, 2), trial(3, 3));

    assertThat(hyperband.ends(trial(0, 5), List.of())).isFalse();
    assertThat(hyperband.ends(first, better)).isTrue();
    assertThat(halving.ends(first, better)).as("judged once per rung").isFalse();
  }

  @Test
  void halvingKeepsTheBestThird() {
    SuccessiveHalving halving = new SuccessiveHalving(MIN, List.of(1L), 3);
    List<Trial> others = new ArrayList<>();
    for (int i = 1; i < 9; i++) {
      others.add(trial(i, i * 10));
    }

    assertThat(halving.ends(trial(0, 5), others)).isFalse();
    assertThat(halving.ends(trial(0, 25), others)).as("third of nine").isFalse();
    assertThat(halving.ends(trial(0, 35), others)).as("fourth of nine").isTrue();
    assertThat(halving.ends(trial(0, 5), others.subList(0, 1))).as("first of two").isFalse();
    assertThat(halving.ends(trial(0, 15), others.subList(0, 1))).as("last of two").isTrue();
    assertThat(halving.ends(trial(0, 99), List.of())).as("alone").isFalse();
    assertThat(halving.ends(trial(0, 5, 99), others)).as("between rungs").isFalse();
  }

  @Test
  void maximizingTurnsEverythingRound() {
    List<Trial> others = List.of(trial(1, 0.7), trial(2, 0.8), trial(3, 0.9));
    for (EarlyTermination rule :
        List.of(
            new SuccessiveHalving(Goal.MAXIMIZE, List.of(1L), 3),
            new Hyperband(Goal.MAXIMIZE, List.of(1L), 3, Rule.BEST_SO_FAR))) {
      assertThat(rule.ends(trial(0, 0.95), others)).isFalse();
      assertThat(rule.ends(trial(0, 0.1), others)).isTrue();
    }
  }

  @Test
  void whatIsNoNumberDoesNotGoOn() {
    List<Trial> others = List.of(trial(1, Double.NaN), trial(2, 3));
    for (EarlyTermination rule :
        List.of(
            new SuccessiveHalving(MIN, List.of(1L), 3),
            new Hyperband(MIN, List.of(1L), 3, Rule.AT_BRACKET))) {
      assertThat(rule.ends(trial(0, Double.NaN), List.of())).isTrue();
      assertThat(rule.ends(trial(0, 2), others)).isFalse();
      assertThat(rule.ends(trial(0), others)).as("no report yet").isFalse();
    }
  }

  private static Trial trial(int number, double... values) {
    List<Report> reports = new ArrayList<>();
    for (double value : values) {
      reports.add(new Report(reports.size() + 1, value));
    }
    return new Trial(number, new TreeMap<>(), State.RUNNING, reports, OptionalDouble.empty());
  }
}
