package dev.steepest.optim.wrap;

import static dev.steepest.optim.wrap.Ground.ROUNDING;
import static dev.steepest.optim.wrap.Ground.descent;
import static dev.steepest.optim.wrap.Ground.gradient;
import static dev.steepest.optim.wrap.Ground.numbers;
import static dev.steepest.optim.wrap.Ground.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.Wrappers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A course over the run's steps comes to its end whichever of them were left out. */
class LeftOutStepsTest {
  private static final int STEPS = 5;
  private static final int K = 2;
  private static final double LR = 0.25;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private enum Way {
    /** The optimizer finds a gradient that is not finite. */
    FOUND,
    /** The loop says so. */
    TOLD
  }

  /** After a run of gradients 1 in which some steps, from 1, were left out. */
  private static double run(Way way, Set<Integer> leftOut, Wrapper wrapper) {
    Parameter p = parameter("p", 1);
    try (Optimizer optimizer =
        Optimizer.builder(List.of(new ParameterGroup("all", descent(LR), List.of(p))))
            .nonFinite(NonFinite.SKIP)
            .runOf(STEPS)
            .wrap(wrapper)
            .build()) {
      for (int t = 1; t <= STEPS; t++) {
        if (!leftOut.contains(t)) {
          gradient(p, 1);
          assertThat(optimizer.step()).isEqualTo(Optimizer.Outcome.STEPPED);
        } else if (way == Way.TOLD) {
          optimizer.skip();
        } else {
          gradient(p, Double.NaN);
          assertThat(optimizer.step()).isEqualTo(Optimizer.Outcome.SKIPPED);
        }
      }
      return numbers(p)[0];
    }
  }

  /** The same by plain numbers: φ ← φ + (1 − d)(θ − φ), θ ← φ every k steps, θ ← φ in the end. */
  private static double byHand(Set<Integer> leftOut, double power) {
    double fast = 1;
    double slow = 1;
    for (int t = 1; t <= STEPS; t++) {
      fast -= leftOut.contains(t) ? 0 : LR;
      if (t % K == 0) {
        float share = (float) t / STEPS;
        slow += (1 - (float) power * (share * share * share)) * (fast - slow);
        fast = slow;
      }
      if (t == STEPS) {
        fast = slow;
      }
    }
    return fast;
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void airbenchs_curve_ends_with_the_run(Way way) {
    Wrapper wrapper = Wrappers.make(Lookahead.class, Map.of("k", K, "curve", "airbench"));
    for (Set<Integer> leftOut : List.of(Set.<Integer>of(), Set.of(1), Set.of(4, 5), Set.of(2, 3))) {
      assertThat(run(way, leftOut, wrapper))
          .as("without %s", leftOut)
          .isCloseTo(byHand(leftOut, Math.pow(0.95, K)), within(ROUNDING));
    }
  }

  /** Decay 0 makes nothing of a synchronisation, 1 goes back to where the slow weights are. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void a_list_of_decays_comes_to_its_last(Way way) {
    Wrapper wrapper = Lookahead.withDecays(STEPS, 1);
    assertThat(run(way, Set.of(STEPS), wrapper)).isEqualTo(1);
    assertThat(run(way, Set.of(), wrapper)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void constant_slow_weights_count_updates(Way way) {
    Wrapper wrapper = Wrappers.make(Lookahead.class, Map.of("k", K, "alpha", 0.5));
    // Updates 1 to 4 are steps 1, 2, 3 and 5: twice two steps of .25, of which half is kept.
    assertThat(run(way, Set.of(4), wrapper)).isCloseTo(0.5, within(ROUNDING));
  }

  @Test
  void an_average_follows_updates_alone() {
    Parameter p = parameter("p", 1);
    try (Optimizer optimizer =
        Ground.around(descent(LR), List.of(p), new Ema(0.5, Ema.WarmUp.NONE, 1))) {
      gradient(p, 1);
      optimizer.step();
      optimizer.skip();
      assertThat(optimizer.state().get("ema:p/step").item_long()).isEqualTo(1);
      assertThat(numbers(p)).containsExactly(1 - LR);
    }
  }
}
