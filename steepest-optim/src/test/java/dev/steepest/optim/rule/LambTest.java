package dev.steepest.optim.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** LAMB where it is Adam, and the lengths that its steps must have. */
class LambTest {

  private static final Map<String, Object> ADAPTED =
      Map.of(
          "lr", 0.1, "weight_decay", 0, "always_adapt", true, "max_grad_norm", "inf", "eps", 1e-30);

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
  void without_decay_and_adaptation_it_is_adam() {
    Tensor start = Driven.normal(1, 1, 5, 4);
    Map<String, Object> adam = Map.of("lr", 0.01, "eps", 1e-6, "weight_decay", 0);
    Map<String, Object> lamb =
        Map.of("lr", 0.01, "eps", 1e-6, "weight_decay", 0, "max_grad_norm", "inf");
    try (Driven expected = new Driven(AdamW.class, adam, start).random(8, 100, 1);
        Driven actual = new Driven(Lamb.class, lamb, start).random(8, 100, 1)) {
      assertThat(Driven.distance(actual.weight(), expected.weight())).isLessThan(1e-15);
    }
  }

  @Test
  void a_large_weight_whose_trust_is_clipped_is_adams() {
    Tensor start = Driven.normal(1, 100, 5, 4);
    Map<String, Object> adam = Map.of("lr", 0.01, "eps", 1e-6, "weight_decay", 0);
    Map<String, Object> lamb =
        Map.of(
            "lr",
            0.01,
            "weight_decay",
            0,
            "max_grad_norm",
            "inf",
            "always_adapt",
            true,
            "trust_clip",
            true);
    try (Driven expected = new Driven(AdamW.class, adam, start).random(8, 100, 1);
        Driven actual = new Driven(Lamb.class, lamb, start).random(8, 100, 1)) {
      // Rounding of weights near 300.
      assertThat(Driven.distance(actual.weight(), expected.weight())).isLessThan(1e-12);
    }
  }

  @Test
  void a_step_is_as_long_as_the_weight_times_the_rate() {
    Tensor start = Driven.normal(1, 1, 5, 4);
    try (Driven walk = new Driven(Lamb.class, ADAPTED, start)) {
      for (int step = 0; step < 5; step++) {
        Tensor before = walk.weight().clone();
        walk.step(0.5, Driven.normal(100 + step, 1, 5, 4));
        double moved = walk.weight().sub(before).norm().item_double();
        assertThat(moved).isCloseTo(0.05 * before.norm().item_double(), within(1e-14));
      }
    }
  }

  @Test
  void gradients_count_by_direction_and_weights_by_size() {
    Tensor start = Driven.normal(1, 1, 5, 4);
    Scalar times = new Scalar(64.0); // a power of two: no rounding of its own
    try (Driven plain = new Driven(Lamb.class, ADAPTED, start).random(6, 100, 1);
        Driven steep = new Driven(Lamb.class, ADAPTED, start).random(6, 100, 64);
        Driven large = new Driven(Lamb.class, ADAPTED, start.mul(times)).random(6, 100, 1)) {
      assertThat(Driven.distance(plain.weight(), steep.weight())).isLessThan(1e-14);
      assertThat(Driven.distance(plain.weight().mul(times), large.weight())).isLessThan(1e-12);
    }
  }

  @Test
  void all_gradients_are_clipped_together() {
    Tensor[] starts = {Driven.normal(1, 1, 5, 4), Driven.normal(2, 1, 7)};
    try (Driven clipping = new Driven(Lamb.class, Map.of("max_grad_norm", 0.5), starts);
        Driven clipped = new Driven(Lamb.class, Map.of("max_grad_norm", "inf"), starts)) {
      for (int step = 0; step < 6; step++) {
        // The last steps stay below the bound.
        double size = step < 3 ? 1 : 0.01;
        Tensor a = Driven.normal(100 + step, size, 5, 4);
        Tensor b = Driven.normal(200 + step, size, 7);
        double norm = Math.hypot(a.norm().item_double(), b.norm().item_double());
        Scalar times = new Scalar(Math.min(1, 0.5 / norm));
        clipping.step(1, a, b);
        clipped.step(1, a.mul(times), b.mul(times));
      }
      for (int i = 0; i < 2; i++) {
        assertThat(Driven.distance(clipping.weights.get(i), clipped.weights.get(i)))
            .isLessThan(1e-15);
      }
    }
  }

  @Test
  void decay_alone_is_by_the_rate_or_its_square() {
    Tensor start = Driven.normal(1, 1, 5, 4);
    Tensor zero = start.mul(new Scalar(0.0));
    Map<String, Double> left =
        Map.of("decoupled", 1 - 0.1 * 0.5 * 0.2, "corrected", 1 - 0.1 * 0.25 * 0.2);
    for (String decay : List.of("decoupled", "corrected")) {
      Map<String, Object> given = Map.of("lr", 0.1, "weight_decay", 0.2, "decay", decay);
      try (Driven walk = new Driven(Lamb.class, given, start)) {
        walk.step(0.5, zero);
        assertThat(Driven.distance(walk.weight(), start.mul(new Scalar(left.get(decay)))))
            .as(decay)
            .isLessThan(1e-15);
      }
    }
  }

  @Test
  void sums_without_correction_and_with_caution_are_as_by_hand() {
    double[] w = Driven.numbers(Driven.normal(1, 1, 9));
    double[] m = new double[9];
    double[] v = new double[9];
    double[] u = new double[9];
    for (int t = 1; t <= 6; t++) {
      double[] g = Driven.numbers(Driven.normal(99 + t, 1, 9));
      double excess = Math.max(1, norm(g) / 0.5);
      int agreeing = 0;
      for (int i = 0; i < 9; i++) {
        g[i] /= excess;
        m[i] = 0.9 * m[i] + g[i];
        v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i];
        u[i] = m[i] / (Math.sqrt(v[i]) + 1e-6);
        agreeing += u[i] * g[i] > 0 ? 1 : 0;
      }
      for (int i = 0; i < 9; i++) {
        u[i] *= u[i] * g[i] > 0 ? 9.0 / agreeing : 0;
        u[i] += 0.2 * w[i];
      }
      double trust = norm(w) / norm(u);
      for (int i = 0; i < 9; i++) {
        w[i] -= 0.05 * trust * u[i];
      }
    }
    Map<String, Object> given =
        Map.of(
            "lr",
            0.05,
            "beta2",
            0.99,
            "weight_decay",
            0.2,
            "max_grad_norm",
            0.5,
            "bias_correction",
            false,
            "grad_averaging",
            false,
            "caution",
            true);
    try (Driven walk = new Driven(Lamb.class, given, Driven.normal(1, 1, 9)).random(6, 100, 1)) {
      // Six steps of rounding.
      assertThat(Driven.distance(walk.weight(), w)).isLessThan(1e-14);
    }
  }

  private static double norm(double[] x) {
    double sum = 0;
    for (double number : x) {
      sum += number * number;
    }
    return Math.sqrt(sum);
  }

  @Test
  void shards_of_a_group_clip_as_the_whole() throws Exception {
    TwoShards.agreeWithOne(Lamb.class, Map.of("max_grad_norm", 0.3));
  }

  @Test
  void a_shard_without_gradients_keeps_no_other_waiting() throws Exception {
    TwoShards.waitForNone(Lamb.class, Map.of("max_grad_norm", 0.3));
  }
}
