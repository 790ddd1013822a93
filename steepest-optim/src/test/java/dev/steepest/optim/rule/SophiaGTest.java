package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Walk.ROUNDING;
import static dev.steepest.optim.rule.Walk.after;
import static dev.steepest.optim.rule.Walk.distance;
import static dev.steepest.optim.rule.Walk.gradient;
import static dev.steepest.optim.rule.Walk.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import dev.steepest.tensor.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sophia-G without curvature, with much of it, and when it asks for it. */
class SophiaGTest {

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
  void without_curvature_it_is_the_sign_of_the_momentum_as_lion_with_equal_betas() {
    Map<String, Object> sophia = Map.of("lr", 0.01, "beta1", 0.8, "weight_decay", 0.2);
    Map<String, Object> lion = Map.of("lr", 0.01, "beta1", 0.8, "beta2", 0.8, "weight_decay", 0.2);
    assertThat(distance(after(SophiaG.class, sophia, 20), after(Lion.class, lion, 20)))
        .isLessThan(ROUNDING);
  }

  @Test
  void where_nothing_is_clipped_it_is_newtons_step_on_the_diagonal() {
    Map<String, Object> given =
        Map.of(
            "lr",
            0.5,
            "beta1",
            0,
            "beta2",
            0.75,
            "rho",
            0.25,
            "batch_size",
            1000,
            "weight_decay",
            0);
    double[] drawn = gradient(50);
    double[] w = start();
    double[] g = gradient(1);
    for (int i = 0; i < Walk.SIZE; i++) {
      double curvature = 1000 * 0.25 * drawn[i] * drawn[i]; // B(1 − β₂)ĝ²
      double newton = g[i] / (0.25 * curvature);
      w[i] -= 0.5 * Math.clamp(newton, -1, 1);
    }
    try (Walk walk = new Walk(SophiaG.class, given)) {
      walk.observe(drawn);
      assertThat(walk.weights()).as("seeing the curvature moves nothing").isEqualTo(start());
      walk.step(g, 1);
      assertThat(distance(walk.weights(), w)).isLessThan(ROUNDING);
    }
  }

  @Test
  void the_batch_size_stands_in_the_denominator_only() {
    Map<String, Object> few = Map.of("rho", 0.08, "batch_size", 32, "lr", 0.01);
    Map<String, Object> many = Map.of("rho", 0.04, "batch_size", 64, "lr", 0.01);
    try (Walk one = new Walk(SophiaG.class, few);
        Walk other = new Walk(SophiaG.class, many)) {
      for (int t = 1; t <= 10; t++) {
        for (Walk walk : List.of(one, other)) {
          walk.observe(gradient(50 + t));
          walk.step(gradient(t), 1);
        }
      }
      assertThat(one.weights()).isEqualTo(other.weights());
      assertThat(one.state("curvature")).isEqualTo(other.state("curvature"));
    }
  }

  @Test
  void no_element_moves_by_more_than_the_learning_rate() {
    try (Walk walk = new Walk(SophiaG.class, Map.of("lr", 0.01, "weight_decay", 0))) {
      walk.observe(Walk.map(gradient(50), x -> x / 1000));
      walk.step(Walk.map(gradient(1), x -> x * 1e6), 1);
      assertThat(distance(walk.weights(), start())).isLessThanOrEqualTo(0.01 + ROUNDING);
    }
  }

  @Test
  void it_asks_for_the_curvature_every_so_often_also_beside_a_frozen_parameter() {
    Parameter trained = parameter("trained");
    Parameter frozen = parameter("frozen");
    SophiaG sophia = Rules.make(SophiaG.class, Map.of("every", 3));
    List<Integer> asked = new ArrayList<>();
    try (Optimizer optimizer =
        new Optimizer(List.of(new ParameterGroup("all", sophia, List.of(frozen, trained))))) {
      for (int step = 1; step <= 8; step++) {
        trained.tensor().mutable_grad().put(Seeds.normal(step, 4));
        if (optimizer.curvatureIsDue()) {
          asked.add(step);
          optimizer.observeCurvature();
        }
        optimizer.step(1);
      }
    }
    assertThat(asked).containsExactly(1, 4, 7);
  }

  private static Parameter parameter(String name) {
    Tensor tensor = Seeds.normal(Seeds.derive(1, name), 4).set_requires_grad(true);
    return new Parameter(name, Role.VECTOR, tensor);
  }
}
