package dev.steepest.optim.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Rule;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MARS where its correction vanishes, and the correction itself in plain numbers. */
class MarsTest {

  /** Norms of 5 × 4 such numbers stay below 1: nothing is clipped. */
  private static final double SMALL = 0.05;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Tensor after(
      Class<? extends Rule> rule, Map<String, ?> given, double size, long... shape) {
    try (Driven walk = new Driven(rule, given, Driven.normal(1, 1, shape))) {
      return walk.random(8, 100, size).weight();
    }
  }

  @Test
  void without_correction_it_is_adamw() {
    Map<String, Object> mars =
        Map.of("gamma", 0, "lr", 0.01, "beta1", 0.9, "beta2", 0.95, "weight_decay", 0.1);
    Map<String, Object> adam = Map.of("lr", 0.01, "beta1", 0.9, "beta2", 0.95, "weight_decay", 0.1);
    assertThat(
            Driven.distance(
                after(Mars.class, mars, SMALL, 5, 4), after(AdamW.class, adam, SMALL, 5, 4)))
        .isLessThan(1e-15);
  }

  @Test
  void without_correction_it_is_lion() {
    Map<String, Object> mars =
        Map.of("gamma", 0, "lr", 0.01, "beta1", 0.9, "weight_decay", 0.1, "base", "lion");
    Map<String, Object> lion = Map.of("lr", 0.01, "beta1", 0.9, "beta2", 0.9, "weight_decay", 0.1);
    assertThat(
            Driven.distance(
                after(Mars.class, mars, SMALL, 5, 4), after(Lion.class, lion, SMALL, 5, 4)))
        .isLessThan(1e-15);
  }

  @Test
  void without_correction_it_is_muon() {
    Map<String, Object> mars =
        Map.of(
            "gamma",
            0,
            "lr",
            0.01,
            "beta1",
            0.9,
            "weight_decay",
            0.1,
            "base",
            "shampoo",
            "eps",
            1e-7,
            "precision",
            "parameter");
    // Its average is divided by 1 − β₁ before the guard is added.
    Map<String, Object> muon =
        Map.of(
            "lr",
            0.01,
            "momentum",
            0.9,
            "weight_decay",
            0.1,
            "nesterov",
            false,
            "eps",
            1e-8,
            "precision",
            "parameter");
    for (long[] shape : new long[][] {{5, 4}, {4, 5}}) {
      // Newton–Schulz multiplies rounding by some hundred; the steps are near .01.
      assertThat(
              Driven.distance(
                  after(Mars.class, mars, SMALL, shape), after(Muon.class, muon, SMALL, shape)))
          .isLessThan(1e-14);
    }
  }

  @Test
  void what_is_no_matrix_is_adamws_with_settings_of_its_own() {
    Map<String, Object> mars =
        Map.of(
            "lr",
            0.5,
            "rest_lr",
            0.01,
            "rest_beta1",
            0.8,
            "rest_beta2",
            0.9,
            "rest_weight_decay",
            0.3);
    Map<String, Object> adam = Map.of("lr", 0.01, "beta1", 0.8, "beta2", 0.9, "weight_decay", 0.3);
    for (long[] shape : new long[][] {{9}, {4, 3, 2, 2}}) {
      assertThat(
              Driven.distance(
                  after(Mars.class, mars, 1, shape), after(AdamW.class, adam, 1, shape)))
          .isLessThan(1e-15);
    }
  }

  @Test
  void the_correction_is_as_by_hand() {
    double[] w = Driven.numbers(Driven.normal(1, 1, 9));
    double[] m = new double[9];
    double[] v = new double[9];
    double[] largest = new double[9];
    double[] last = new double[9];
    boolean clipped = false;
    boolean free = false;
    for (int t = 1; t <= 8; t++) {
      double[] g = Driven.numbers(Driven.normal(99 + t, 0.3, 9));
      double[] c = new double[9];
      double squares = 0;
      for (int i = 0; i < 9; i++) {
        c[i] = g[i] + 0.04 * 0.9 / 0.1 * (g[i] - last[i]);
        squares += c[i] * c[i];
      }
      last = g;
      double norm = Math.sqrt(squares);
      clipped |= norm > 1;
      free |= norm < 1;
      for (int i = 0; i < 9; i++) {
        c[i] /= Math.max(1, norm);
        m[i] = 0.9 * m[i] + 0.1 * c[i];
        v[i] = 0.5 * v[i] + 0.5 * c[i] * c[i];
        largest[i] = Math.max(largest[i], v[i]);
        double denominator = Math.sqrt(largest[i] / (1 - Math.pow(0.5, t))) + 1e-8;
        w[i] -= 0.02 * (0.1 * w[i] + m[i] / (1 - Math.pow(0.9, t)) / denominator);
      }
    }
    assertThat(clipped && free).as("both sides of the bound are met").isTrue();
    Map<String, Object> given =
        Map.of(
            "lr",
            0.02,
            "beta1",
            0.9,
            "beta2",
            0.5,
            "gamma",
            0.04,
            "weight_decay",
            0.1,
            "amsgrad",
            true,
            "scope",
            "all");
    assertThat(Driven.distance(after(Mars.class, given, 0.3, 9), w)).isLessThan(1e-14);
  }

  @Test
  void only_what_is_used_is_kept() {
    assertThat(bytes(Map.of("base", "lion"), 5, 4)).isEqualTo(2 * 20 * 8);
    assertThat(bytes(Map.of("base", "shampoo"), 5, 4)).isEqualTo(2 * 20 * 8);
    assertThat(bytes(Map.of(), 5, 4)).isEqualTo(3 * 20 * 8);
    assertThat(bytes(Map.of(), 9)).isEqualTo(2 * 9 * 8);
  }

  private static long bytes(Map<String, Object> given, long... shape) {
    try (Driven walk = new Driven(Mars.class, given, Driven.normal(1, 1, shape))) {
      return walk.random(1, 100, 1).optimizer.stateBytes();
    }
  }
}
