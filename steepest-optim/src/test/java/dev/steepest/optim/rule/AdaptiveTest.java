package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Walk.ROUNDING;
import static dev.steepest.optim.rule.Walk.after;
import static dev.steepest.optim.rule.Walk.distance;
import static dev.steepest.optim.rule.Walk.gradient;
import static dev.steepest.optim.rule.Walk.map;
import static dev.steepest.optim.rule.Walk.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.Rules;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** NAdam, RMSprop and Adagrad against formulas, Adam, and themselves at other settings. */
class AdaptiveTest {

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
  void nadam_without_memory_is_adam() {
    Map<String, Object> given = Map.of("lr", 0.01, "beta1", 0, "weight_decay", 0.1);
    assertThat(distance(after(NAdam.class, given, 20), after(Adam.class, given, 20)))
        .isLessThan(ROUNDING);
  }

  @Test
  void nadam_with_grown_momentum_is_dozats_closed_form() {
    double rate = 0.01;
    double beta1 = 0.8;
    double beta2 = 0.95;
    double[] w = start();
    double[] m = new double[Walk.SIZE];
    double[] v = new double[Walk.SIZE];
    for (int t = 1; t <= 20; t++) {
      double[] g = gradient(t);
      for (int i = 0; i < Walk.SIZE; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        double ahead =
            beta1 * m[i] / (1 - Math.pow(beta1, t + 1))
                + (1 - beta1) * g[i] / (1 - Math.pow(beta1, t));
        w[i] -= rate * ahead / (Math.sqrt(v[i] / (1 - Math.pow(beta2, t))) + 1e-8);
      }
    }
    // 0.96^(1000·1000) is 0 in float64: μ is β₁ from the first step on.
    Map<String, Object> given =
        Map.of("lr", rate, "beta1", beta1, "beta2", beta2, "momentum_decay", 1e6);
    assertThat(distance(after(NAdam.class, given, 20), w)).isLessThan(ROUNDING);
  }

  @Test
  void nadams_first_step_has_one_size() {
    // m = (1 − β₁)g and v̂ = g², so that whatever the gradient, each element moves by
    // γ(1 + μ₂(1 − β₁)/(1 − μ₁μ₂)): between Adam's γ and 2γ.
    double mu1 = 0.9 * (1 - 0.5 * Math.pow(0.96, 0.05));
    double mu2 = 0.9 * (1 - 0.5 * Math.pow(0.96, 0.1));
    double size = 0.01 * (1 + mu2 * (1 - 0.9) / (1 - mu1 * mu2));
    assertThat(size).isBetween(0.01, 0.02);
    Map<String, Object> given = Map.of("lr", 0.01, "momentum_decay", 0.05, "eps", 1e-300);
    double[] w = start();
    double[] moved = after(NAdam.class, given, 1);
    double[] g = gradient(1);
    for (int i = 0; i < Walk.SIZE; i++) {
      w[i] -= size * Math.signum(g[i]);
    }
    assertThat(distance(moved, w)).isLessThan(ROUNDING);
  }

  @Test
  void nadams_decoupled_decay_is_apart_from_the_step() {
    Map<String, Object> bare = Map.of("lr", 0.01);
    Map<String, Object> decayed = Map.of("lr", 0.01, "weight_decay", 0.3, "decay", "decoupled");
    double[] w = start();
    double[] expected = after(NAdam.class, bare, 1);
    for (int i = 0; i < Walk.SIZE; i++) {
      expected[i] -= 0.01 * 0.3 * w[i];
    }
    assertThat(distance(after(NAdam.class, decayed, 1), expected)).isLessThan(ROUNDING);
  }

  @Test
  void rmsprop_is_adam_without_memory_and_correction() {
    Map<String, Object> prop = Map.of("lr", 0.01, "alpha", 0.9, "eps", 1e-300, "weight_decay", 0.1);
    Map<String, Object> adam =
        Map.of("lr", 0.01, "beta1", 0, "beta2", 0.9, "eps", 1e-300, "weight_decay", 0.1);
    try (Walk corrected = new Walk(Adam.class, adam)) {
      for (int t = 1; t <= 20; t++) {
        corrected.step(gradient(t), 1 / Math.sqrt(1 - Math.pow(0.9, t)));
      }
      assertThat(distance(after(RMSprop.class, prop, 20), corrected.weights()))
          .isLessThan(ROUNDING);
    }
  }

  @Test
  void rmsprops_momentum_sums_the_steps_without_it() {
    for (String scale : new String[] {"mean_square", "variance"}) {
      Map<String, Object> plain = Map.of("alpha", 0.9, "scale", scale);
      Map<String, Object> heavy = Map.of("alpha", 0.9, "scale", scale, "momentum", 0.7);
      double[] before = start();
      double[] b = new double[Walk.SIZE];
      double[] w = start();
      try (Walk walk = new Walk(RMSprop.class, plain)) {
        for (int t = 1; t <= 20; t++) {
          walk.step(gradient(t), 1);
          double[] now = walk.weights();
          for (int i = 0; i < Walk.SIZE; i++) {
            b[i] = 0.7 * b[i] + now[i] - before[i];
            w[i] += b[i];
          }
          before = now;
        }
      }
      assertThat(distance(after(RMSprop.class, heavy, 20), w)).as(scale).isLessThan(ROUNDING);
    }
  }

  @Test
  void centered_rmsprop_measures_against_the_spread() {
    double alpha = 0.6;
    double[] w = start();
    for (int i = 0; i < Walk.SIZE; i++) {
      for (int t = 1; t <= 10; t++) {
        // Mean and spread of the gradients so far under weights (1 − α)α^(t−s), the rest being 0.
        double mean = 0;
        double square = 0;
        for (int s = 1; s <= t; s++) {
          double weight = (1 - alpha) * Math.pow(alpha, t - s);
          mean += weight * gradient(s)[i];
          square += weight * gradient(s)[i] * gradient(s)[i];
        }
        w[i] -= 0.01 * gradient(t)[i] / (Math.sqrt(square - mean * mean) + 1e-3);
      }
    }
    Map<String, Object> given =
        Map.of("lr", 0.01, "alpha", alpha, "eps", 1e-3, "scale", "variance");
    assertThat(distance(after(RMSprop.class, given, 10), w)).isLessThan(ROUNDING);
  }

  @Test
  void a_gradient_that_does_not_change_leaves_centered_rmsprop_finite() {
    // v − ḡ² falls to a few roundings of 0, on either side of it.
    Map<String, Object> given = Map.of("alpha", 0.5, "scale", "variance", "eps", 1e-3);
    double[] g = gradient(1);
    try (Walk walk = new Walk(RMSprop.class, given)) {
      for (int t = 1; t <= 200; t++) {
        walk.step(g, 1);
      }
      assertThat(distance(walk.weights(), start())).isFinite();
    }
  }

  @Test
  void adagrad_on_one_gradient_slows_as_one_over_the_root() {
    double sum = 0;
    double[] g = gradient(1);
    try (Walk walk = new Walk(Adagrad.class, Map.of("lr", 0.1, "eps", 1e-300))) {
      for (int t = 1; t <= 20; t++) {
        walk.step(g, 1);
        sum += 1 / Math.sqrt(t);
      }
      double[] w = start();
      for (int i = 0; i < Walk.SIZE; i++) {
        w[i] -= 0.1 * sum * Math.signum(g[i]);
      }
      assertThat(distance(walk.weights(), w)).isLessThan(ROUNDING);
    }
  }

  @Test
  void adagrad_does_not_feel_the_scale_of_the_loss() {
    try (Walk loud = new Walk(Adagrad.class, Map.of("eps", 1e-300))) {
      for (int t = 1; t <= 20; t++) {
        loud.step(map(gradient(t), x -> 1024 * x), 1);
      }
      double[] quiet = after(Adagrad.class, Map.of("eps", 1e-300), 20);
      assertThat(distance(loud.weights(), quiet)).isLessThan(ROUNDING);
    }
  }

  @Test
  void adagrads_decay_of_the_rate_is_a_schedule() {
    Map<String, Object> rest = Map.of("initial_accumulator", 0.5, "weight_decay", 0.1);
    Map<String, Object> decaying =
        Map.of("initial_accumulator", 0.5, "weight_decay", 0.1, "lr_decay", 0.2);
    try (Walk scheduled = new Walk(Adagrad.class, rest)) {
      for (int t = 1; t <= 20; t++) {
        scheduled.step(gradient(t), 1 / (1 + 0.2 * (t - 1)));
      }
      assertThat(distance(scheduled.weights(), after(Adagrad.class, decaying, 20)))
          .isLessThan(ROUNDING);
    }
  }

  @Test
  void adagrad_starts_from_its_accumulator() {
    Map<String, Object> given = Map.of("lr", 0.1, "initial_accumulator", 0.5, "eps", 0);
    double[] w = start();
    double[] g = gradient(1);
    for (int i = 0; i < Walk.SIZE; i++) {
      w[i] -= 0.1 * g[i] / Math.sqrt(0.5 + g[i] * g[i]);
    }
    assertThat(distance(after(Adagrad.class, given, 1), w)).isLessThan(ROUNDING);
    assertThatThrownBy(() -> Rules.make(Adagrad.class, Map.of("eps", 0)))
        .hasMessageContaining("eps and initial_accumulator are both 0");
  }
}
