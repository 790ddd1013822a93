package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Trial.after;
import static dev.steepest.optim.rule.Trial.distance;
import static dev.steepest.optim.rule.Trial.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AdaGO where its step is known: at its floor, under a large accumulator, by itself in a group. */
class AdaGoTest {

  /** float64 through the iteration and some steps. */
  private static final double ROUNDING = 1e-12;

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Map<String, Object> given(Object... more) {
    Map<String, Object> given = new TreeMap<>(Map.of("precision", "parameter"));
    for (int i = 0; i < more.length; i += 2) {
      given.put((String) more[i], more[i + 1]);
    }
    return given;
  }

  private static Map<String, Object> muon(double lr) {
    return Map.of("lr", lr, "precision", "parameter", "nesterov", false, "scale", "none");
  }

  @Test
  void at_its_floor_it_is_muon() {
    Tensor start = normal(1, 6, 4);
    Tensor floor =
        after(AdaGo.class, given("lr", 1e-9, "eps", 0.03), start, 6, s -> normal(100 + s, 6, 4));
    Tensor muon = after(Muon.class, muon(0.03), start, 6, s -> normal(100 + s, 6, 4));
    assertThat(distance(floor, muon)).isLessThan(ROUNDING);
  }

  @Test
  void without_a_cap_and_under_a_large_accumulator_a_step_is_the_gradients_norm_times_muons() {
    Tensor start = normal(1, 6, 4);
    Tensor g = normal(2, 6, 4);
    double norm = g.norm().item_double();
    Map<String, Object> large = given("lr", 1e6 * 0.01, "gamma", 1e300, "v0", 1e6, "eps", 0);
    Tensor adaGo = after(AdaGo.class, large, start, 1, _ -> g);
    Tensor muon = after(Muon.class, muon(0.01 * norm), start, 1, _ -> g);
    // ‖G‖²/v₀² = 25e-12 of a step of .05, halved by the root
    assertThat(distance(adaGo, muon)).isLessThan(1e-12);
  }

  @Test
  void the_first_step_has_the_learning_rate_whatever_the_gradient() {
    // v₀ = 0: min(‖G‖, γ)/v = 1.
    for (double size : new double[] {1e-3, 1, 1e3}) {
      Tensor start = normal(1, 6, 4);
      Tensor g = normal(2, 6, 4).mul(new Scalar(size));
      Map<String, Object> exact = given("lr", 0.05, "v0", 0, "orthogonalization", "svd");
      Tensor step = start.sub(after(AdaGo.class, exact, start, 1, _ -> g));
      assertThat(step.norm().item_double()).isCloseTo(0.05 * 2, within(ROUNDING)); // rank 4
    }
  }

  @Test
  void a_schedule_that_reaches_zero_stops_it() {
    Tensor start = normal(1, 6, 4);
    Map<String, Object> scheduled = given("eps", 0.01, "weight_decay", 0.1);
    Map<String, Object> fixed = given("eps", 0.01, "floor", "fixed");
    try (Trial stops = new Trial(AdaGo.class, scheduled, start, 1);
        Trial goesOn = new Trial(AdaGo.class, fixed, start, 1)) {
      stops.step(normal(2, 6, 4), 0);
      goesOn.step(normal(2, 6, 4), 0);
      assertThat(distance(stops.weight, start)).isZero();
      assertThat(distance(goesOn.weight, start)).isBetween(1e-4, 0.02);
    }
  }

  @Test
  void the_floor_falls_with_the_schedule() {
    Tensor start = normal(1, 6, 4);
    Map<String, Object> atFloor = given("lr", 1e-9, "eps", 0.03);
    try (Trial whole = new Trial(AdaGo.class, atFloor, start, 1);
        Trial quarter = new Trial(AdaGo.class, atFloor, start, 1)) {
      whole.step(normal(2, 6, 4), 1);
      quarter.step(normal(2, 6, 4), 0.25);
      Tensor expected = whole.weight.sub(start).mul(new Scalar(0.25));
      assertThat(distance(quarter.weight.sub(start), expected)).isLessThan(1e-15);
    }
  }

  @Test
  void a_groups_accumulator_adds_up_the_norms_of_all() {
    for (String whose : List.of("matrix", "group")) {
      List<Parameter> parameters = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        parameters.add(new Parameter("p" + i, Role.MATRIX, normal(i, 4 + i, 3)));
      }
      Map<String, Object> given = given("scope", whose, "gamma", 100, "v0", 2);
      try (Optimizer optimizer =
          new Optimizer(
              List.of(new ParameterGroup("all", Rules.make(AdaGo.class, given), parameters)))) {
        double[] sums = new double[3];
        for (int step = 0; step < 3; step++) {
          for (int i = 0; i < 3; i++) {
            Tensor g = normal(50 + 10L * step + i, 4 + i, 3);
            parameters.get(i).tensor().mutable_grad().put(g);
            for (double element : Trial.elements(g)) {
              sums[i] += element * element;
            }
          }
          optimizer.step();
        }
        for (int i = 0; i < 3; i++) {
          double expected = 4 + (whose.equals("group") ? sums[0] + sums[1] + sums[2] : sums[i]);
          double v2 = optimizer.state().get("p" + i + "/accumulator").item_double();
          assertThat(v2).isCloseTo(expected, within(ROUNDING));
        }
      }
    }
  }

  @Test
  void coupled_decay_is_part_of_the_gradient() {
    Tensor start = normal(1, 6, 4);
    Map<String, Object> coupled = given("weight_decay", 0.3, "decay", "coupled");
    Tensor g = normal(2, 6, 4);
    Tensor whole = g.add(start, new Scalar(0.3));
    assertThat(
            distance(
                after(AdaGo.class, coupled, start, 1, _ -> g),
                after(AdaGo.class, given(), start, 1, _ -> whole)))
        .isZero();
  }

  @Test
  void a_shard_without_gradients_keeps_no_other_waiting() throws Exception {
    TwoShards.waitForNone(AdaGo.class, Map.of("scope", "group", "precision", "parameter"));
  }
}
