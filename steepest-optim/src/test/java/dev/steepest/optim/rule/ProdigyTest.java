package dev.steepest.optim.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prodigy where it is Adam, the bound that its estimate obeys, and the whole in plain numbers. */
class ProdigyTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void with_an_estimate_that_does_not_move_it_is_adam() {
    Tensor start = Driven.normal(1, 1, 5, 4);
    for (double beta1 : new double[] {0.9, 0}) {
      Map<String, Object> frozen =
          Map.of("d0", 0.01, "d_coef", 1e-12, "use_bias_correction", true, "beta1", beta1);
      Map<String, Object> adam =
          Map.of("lr", 0.01, "weight_decay", 0, "eps_form", "epsilon_hat", "beta1", beta1);
      try (Driven expected = new Driven(AdamW.class, adam, start).random(8, 100, 1);
          Driven actual = new Driven(Prodigy.class, frozen, start).random(8, 100, 1)) {
        assertThat(actual.state("d").item_double()).isEqualTo(0.01);
        assertThat(Driven.distance(actual.weight(), expected.weight())).isLessThan(1e-15);
      }
    }
  }

  /**
   * On a convex loss ⟨g, x₀ − x⟩ ≤ ⟨g, x₀ − x*⟩, and r and s have the same weights: d̂ = r/‖s‖₁ is
   * at most ‖x₀ − x*‖_∞, at every step. The first growth is not bounded otherwise.
   */
  @Test
  void on_a_convex_loss_the_estimate_never_exceeds_the_distance_and_comes_near() {
    Tensor goal = Driven.normal(3, 1, 6, 5);
    Tensor start = Driven.normal(4, 1, 6, 5);
    double far = Driven.distance(start, goal);
    try (Driven walk = new Driven(Prodigy.class, Map.of("growth_rate", 1.5), start)) {
      double before = 1e-6;
      for (int step = 0; step < 300; step++) {
        walk.step(1, walk.weight().sub(goal));
        double d = walk.state("d").item_double();
        assertThat(d)
            .as("d after step %d", step + 1)
            .isBetween(before, Math.min(far, before == 1e-6 ? far : 1.5 * before * (1 + 1e-15)));
        before = d;
      }
      // Lower bounds of a distance are found within a small factor.
      assertThat(before).isGreaterThan(far / 20);
      assertThat(Driven.distance(walk.weight(), goal)).isLessThan(far / 100);
    }
  }

  @Test
  void it_is_as_by_hand() {
    int n = 11;
    int slice = 3;
    double[] start = Driven.numbers(Driven.normal(1, 1, n));
    double[] w = start.clone();
    double[] m = new double[n];
    double[] v = new double[n];
    double[] s = new double[n];
    double d = 1e-3;
    double largest = d;
    double r = 0;
    try (Driven walk =
        new Driven(
            Prodigy.class,
            Map.of(
                "lr",
                0.7,
                "beta2",
                0.99,
                "d0",
                1e-3,
                "d_coef",
                3,
                "growth_rate",
                1.2,
                "weight_decay",
                0.1,
                "slice_p",
                slice,
                "use_bias_correction",
                true,
                "safeguard_warmup",
                true),
            Driven.normal(1, 1, n))) {
      for (int k = 1; k <= 9; k++) {
        Tensor gradient = Driven.normal(2, 1, n).add(Driven.normal(100 + k, 0.2, n));
        double[] g = Driven.numbers(gradient);
        walk.step(1, gradient);
        double rate = d * 0.7 * Math.sqrt(1 - Math.pow(0.99, k)) / (1 - Math.pow(0.9, k));
        double memory = Math.sqrt(0.99);
        r *= memory;
        double length = 0;
        for (int i = 0; i < n; i++) {
          m[i] = 0.9 * m[i] + 0.1 * d * g[i];
          v[i] = 0.99 * v[i] + 0.01 * d * d * g[i] * g[i];
          if (i % slice == 0) {
            r += d / 1e-3 * rate * g[i] * (start[i] - w[i]);
            s[i] = memory * s[i] + d / 1e-3 * d * g[i];
            length += Math.abs(s[i]);
          }
        }
        double estimate = 3 * r / length;
        double old = d;
        if (d == 1e-3) {
          d = Math.max(d, estimate);
        }
        largest = Math.max(largest, estimate);
        d = Math.min(largest, d * 1.2);
        assertThat(d).isGreaterThanOrEqualTo(old);
        for (int i = 0; i < n; i++) {
          w[i] -= 0.1 * rate * w[i];
          w[i] -= rate * m[i] / (Math.sqrt(v[i]) + d * 1e-8);
        }
        assertThat(walk.state("d").item_double()).isCloseTo(d, within(1e-15));
        assertThat(Driven.distance(walk.weight(), w)).as("after step %d", k).isLessThan(1e-14);
      }
      assertThat(d).as("the estimate has moved").isGreaterThan(2e-3);
      assertThat(walk.state("s").numel()).isEqualTo(4);
      // Two moments, two slices, three scalars.
      assertThat(walk.optimizer.stateBytes()).isEqualTo((2 * n + 2 * 4 + 3) * 8L);
    }
  }

  @Test
  void steps_that_know_nothing_or_have_no_rate_change_nothing() {
    Tensor start = Driven.normal(1, 1, 5, 4);
    Tensor zero = start.mul(new Scalar(0.0));
    Map<String, Object> given =
        Map.of("weight_decay", 0.1, "d0", 0.01, "use_bias_correction", true);
    try (Driven walk = new Driven(Prodigy.class, given, start);
        Driven straight = new Driven(Prodigy.class, given, start)) {
      walk.step(0, Driven.normal(90, 1, 5, 4));
      walk.step(0, Driven.normal(91, 1, 5, 4));
      assertThat(walk.weight().equal(start)).as("no rate").isTrue();
      walk.random(5, 100, 1);
      straight.random(5, 100, 1);
      assertThat(walk.weight().equal(straight.weight())).as("they do not count").isTrue();
    }
    try (Driven walk = new Driven(Prodigy.class, given, start)) {
      walk.step(1, zero);
      assertThat(walk.weight().equal(start)).as("no gradient yet: no decay either").isTrue();
    }
  }

  @Test
  void shards_of_a_group_share_one_estimate() throws Exception {
    TwoShards.agreeWithOne(
        Prodigy.class, Map.of("d0", 1e-3, "weight_decay", 0.1, "decay", "coupled"));
  }

  @Test
  void a_shard_without_gradients_keeps_no_other_waiting() throws Exception {
    TwoShards.waitForNone(Prodigy.class, Map.of("d0", 1e-3));
  }
}
