package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Walk.ROUNDING;
import static dev.steepest.optim.rule.Walk.after;
import static dev.steepest.optim.rule.Walk.distance;
import static dev.steepest.optim.rule.Walk.gradient;
import static dev.steepest.optim.rule.Walk.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Evaluation;
import dev.steepest.optim.Rule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schedule-free rules against the paper's three sequences, and where they are their bases. */
class ScheduleFreeTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** x, y and z of the paper, each kept; the rules keep two of them. */
  private static final class Sequences {
    final double beta;
    final double[] x = start();
    final double[] y = start();
    final double[] z = start();
    double sum;
    double largest;

    Sequences(double beta) {
      this.beta = beta;
    }

    void step(double[] direction, double rate, double powerOfStep, double powerOfRate) {
      largest = Math.max(largest, rate);
      double weight = powerOfStep * Math.pow(largest, powerOfRate);
      sum += weight;
      for (int i = 0; i < Walk.SIZE; i++) {
        z[i] -= rate * direction[i];
        x[i] += weight / sum * (z[i] - x[i]);
        y[i] = (1 - beta) * z[i] + beta * x[i];
      }
    }
  }

  @Test
  void sgd_keeps_the_papers_three_sequences() {
    Map<String, Object> given =
        Map.of(
            "lr",
            0.2,
            "momentum",
            0.8,
            "weight_decay",
            0.1,
            "warmup_steps",
            4,
            "r",
            1.5,
            "weight_lr_power",
            3);
    Sequences expected = new Sequences(0.8);
    try (Walk walk = new Walk(ScheduleFreeSgd.class, given)) {
      for (int t = 1; t <= 20; t++) {
        double factor = 1 - 0.04 * (t % 7);
        double[] d = gradient(t);
        for (int i = 0; i < Walk.SIZE; i++) {
          d[i] += 0.1 * expected.y[i];
        }
        expected.step(d, 0.2 * factor * Math.min(1, t / 4.0), Math.pow(t, 1.5), 3);
        walk.step(gradient(t), factor);
        compare(walk, expected);
      }
    }
  }

  @Test
  void adamw_keeps_the_papers_three_sequences() {
    for (double q : new double[] {0, 0.7}) {
      Map<String, Object> given =
          Map.of(
              "lr",
              0.05,
              "beta1",
              0.8,
              "beta2",
              0.9,
              "weight_decay",
              0.1,
              "warmup_steps",
              4,
              "r",
              1,
              "weight_lr_power",
              1.5,
              "inner_momentum",
              q);
      Sequences expected = new Sequences(0.8);
      double[] e = new double[Walk.SIZE];
      double[] v = new double[Walk.SIZE];
      try (Walk walk = new Walk(ScheduleFreeAdamW.class, given)) {
        for (int t = 1; t <= 20; t++) {
          double factor = 1 - 0.04 * (t % 7);
          double[] g = gradient(t);
          double[] d = new double[Walk.SIZE];
          for (int i = 0; i < Walk.SIZE; i++) {
            e[i] = q * e[i] + (1 - q) * g[i];
            v[i] = 0.9 * v[i] + 0.1 * g[i] * g[i];
            double first = e[i] / (1 - Math.pow(q, t));
            double root = Math.sqrt(v[i] / (1 - Math.pow(0.9, t)));
            d[i] = first / (root + 1e-8) + 0.1 * expected.y[i];
          }
          expected.step(d, 0.05 * factor * Math.min(1, t / 4.0), t, 1.5);
          walk.step(gradient(t), factor);
          compare(walk, expected);
        }
      }
    }
  }

  private static void compare(Walk walk, Sequences expected) {
    assertThat(distance(walk.weights(), expected.y)).as("y").isLessThan(ROUNDING);
    assertThat(distance(walk.state("base"), expected.z)).as("z").isLessThan(ROUNDING);
    try (Evaluation _ = walk.optimizer().evaluating()) {
      assertThat(distance(walk.weights(), expected.x)).as("x").isLessThan(ROUNDING);
    }
  }

  @Test
  void with_gradients_at_the_base_they_are_their_base_methods() {
    double tiny = 1e-13; // of the way to the average, which is less than 4 off: ROUNDING more
    Map<String, Object> decayed = Map.of("lr", 0.05, "weight_decay", 0.1);
    assertThat(
            distance(
                after(ScheduleFreeSgd.class, with(decayed, "momentum", tiny), 20),
                after(Sgd.class, with(with(decayed, "momentum", 0), "nesterov", false), 20)))
        .isLessThan(5 * ROUNDING);
    assertThat(
            distance(
                after(ScheduleFreeAdamW.class, with(decayed, "beta1", tiny), 20),
                after(AdamW.class, with(decayed, "beta1", 0), 20)))
        .isLessThan(5 * ROUNDING);
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> more = new TreeMap<>(map);
    more.put(key, value);
    return more;
  }

  @Test
  void with_even_weights_the_model_is_the_mean_of_all_bases() {
    double[] sum = new double[Walk.SIZE];
    try (Walk walk = new Walk(ScheduleFreeSgd.class, Map.of("lr", 0.1))) {
      for (int t = 1; t <= 20; t++) {
        walk.step(gradient(t), 1);
        double[] z = walk.state("base");
        for (int i = 0; i < Walk.SIZE; i++) {
          sum[i] += z[i];
        }
      }
      double[] mean = Walk.map(sum, total -> total / 20);
      try (Evaluation _ = walk.optimizer().evaluating()) {
        assertThat(distance(walk.weights(), mean)).isLessThan(ROUNDING);
      }
    }
  }

  @Test
  void with_gradients_at_the_average_both_points_are_one() {
    try (Walk walk = new Walk(ScheduleFreeSgd.class, Map.of("lr", 0.1, "momentum", 1))) {
      walk.step(gradient(1), 1);
      walk.step(gradient(2), 1);
      double[] training = walk.weights();
      try (Evaluation _ = walk.optimizer().evaluating()) {
        assertThat(walk.weights()).isEqualTo(training);
      }
    }
  }

  @Test
  void evaluation_is_undone_and_leaves_the_state_alone() {
    for (Class<? extends Rule> rule :
        List.<Class<? extends Rule>>of(ScheduleFreeSgd.class, ScheduleFreeAdamW.class)) {
      try (Walk walk = new Walk(rule, Map.of("lr", 0.1))) {
        for (int t = 1; t <= 10; t++) {
          walk.step(gradient(t), 1);
        }
        double[] training = walk.weights();
        double[] base = walk.state("base");
        for (int i = 0; i < 10; i++) {
          try (Evaluation _ = walk.optimizer().evaluating()) {
            assertThat(distance(walk.weights(), training)).isGreaterThan(1e-3);
          }
          assertThat(walk.state("base")).isEqualTo(base);
        }
        assertThat(distance(walk.weights(), training)).isLessThan(ROUNDING);
      }
    }
  }

  @Test
  void steps_of_rate_zero_change_nothing_and_weigh_nothing() {
    try (Walk waiting = new Walk(ScheduleFreeSgd.class, Map.of("lr", 0.1));
        Walk prompt = new Walk(ScheduleFreeSgd.class, Map.of("lr", 0.1))) {
      waiting.step(gradient(7), 0);
      assertThat(waiting.weights()).isEqualTo(start());
      for (int t = 1; t <= 5; t++) {
        waiting.step(gradient(t), 1);
        prompt.step(gradient(t), 1);
      }
      assertThat(distance(waiting.weights(), prompt.weights())).isLessThan(ROUNDING);
    }
  }
}
