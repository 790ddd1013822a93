package dev.steepest.optim.wrap;

import static dev.steepest.optim.wrap.Ground.ROUNDING;
import static dev.steepest.optim.wrap.Ground.around;
import static dev.steepest.optim.wrap.Ground.descent;
import static dev.steepest.optim.wrap.Ground.difference;
import static dev.steepest.optim.wrap.Ground.gradient;
import static dev.steepest.optim.wrap.Ground.numbers;
import static dev.steepest.optim.wrap.Ground.parameter;
import static dev.steepest.optim.wrap.Ground.random;
import static dev.steepest.optim.wrap.Ground.randomGradient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Rules;
import dev.steepest.optim.rule.Adam;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Sgd;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bounds, centring and decays, each against plain arithmetic or a rule that has it built in. */
class GradientsAndDecaysTest {

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
  void centred_gradients_sum_to_zero_for_every_output() {
    Parameter filter = random("filter", ScalarType.Double, 4, 3, 2, 2);
    Parameter matrix = random("matrix", ScalarType.Double, 4, 5);
    Parameter vector = random("vector", ScalarType.Double, 6);
    List<Parameter> all = List.of(filter, matrix, vector);
    for (var layers : GradientCentralization.Layers.values()) {
      all.forEach(p -> randomGradient(p, 3));
      Tensor before = matrix.tensor().grad().clone();
      Tensor untouched = vector.tensor().grad().clone();
      try (Optimizer optimizer = around(descent(0.1), all, new GradientCentralization(layers))) {
        optimizer.step();
      }
      assertThat(filter.tensor().grad().sum(1, 2, 3).abs().max().item_double())
          .isLessThan(ROUNDING * 10);
      boolean centred = matrix.tensor().grad().sum(1).abs().max().item_double() < ROUNDING * 10;
      assertThat(centred).isEqualTo(layers == GradientCentralization.Layers.WEIGHTS);
      assertThat(matrix.tensor().grad().equal(before)).isEqualTo(!centred);
      assertThat(vector.tensor().grad().equal(untouched)).isTrue();
    }
  }

  @Test
  void clipping_bounds_what_the_rule_sees() {
    Parameter p = parameter("p", 0, 0);
    gradient(p, 3, -4);
    try (Optimizer byNorm = around(descent(1), List.of(p), new ClipNorm(0.5))) {
      byNorm.step();
      double factor = 0.5 / (5 + 1e-6);
      assertThat(numbers(p))
          .containsExactly(new double[] {-3 * factor, 4 * factor}, within(ROUNDING));
    }
    Parameter q = parameter("q", 0, 0);
    gradient(q, 3, -0.25);
    try (Optimizer byValue = around(descent(1), List.of(q), new ClipValue(0.5))) {
      byValue.step();
      assertThat(numbers(q)).containsExactly(-0.5, 0.25);
    }
  }

  @Test
  void decoupled_decay_makes_adamw_of_adam() {
    Parameter a = random("w", ScalarType.Double, 5, 3);
    Parameter b = random("w", ScalarType.Double, 5, 3);
    same(
        a,
        around(
            Rules.make(Adam.class, Map.of("lr", 0.1)),
            List.of(a),
            new DecoupledDecay(0.3, Scope.ALL)),
        b,
        around(Rules.make(AdamW.class, Map.of("lr", 0.1, "weight_decay", 0.3)), List.of(b)));
  }

  @Test
  void coupled_decay_is_that_of_sgd() {
    Parameter a = random("w", ScalarType.Double, 5, 3);
    Parameter b = random("w", ScalarType.Double, 5, 3);
    same(
        a,
        around(new Sgd(0.1, 0.9, 0, 0, true), List.of(a), new CoupledDecay(0.3, Scope.WEIGHTS)),
        b,
        around(new Sgd(0.1, 0.9, 0, 0.3, true), List.of(b)));
  }

  @Test
  void cautious_decay_is_that_of_muon() {
    Map<String, Object> plain = Map.of("lr", 0.1, "precision", "parameter");
    Map<String, Object> cautious =
        Map.of("lr", 0.1, "precision", "parameter", "weight_decay", 0.3, "decay", "cautious");
    Parameter a = random("w", ScalarType.Double, 5, 3);
    Parameter b = random("w", ScalarType.Double, 5, 3);
    same(
        a,
        around(Rules.make(Muon.class, plain), List.of(a), new CautiousDecay(0.3, Scope.WEIGHTS)),
        b,
        around(Rules.make(Muon.class, cautious), List.of(b)));
  }

  private static void same(Parameter a, Optimizer one, Parameter b, Optimizer two) {
    try (one;
        two) {
      for (int step = 0; step < 6; step++) {
        randomGradient(a, step);
        randomGradient(b, step);
        one.step(1 - 0.1 * step);
        two.step(1 - 0.1 * step);
        assertThat(difference(a, b)).as("step %d", step).isLessThan(1e-12);
      }
    }
  }

  @Test
  void decays_take_weights_or_all() {
    for (Scope scope : Scope.values()) {
      Parameter vector = parameter("vector", 2);
      gradient(vector, 1); // moves towards zero
      try (Optimizer optimizer =
          around(descent(0.5), List.of(vector), new CautiousDecay(0.5, scope))) {
        optimizer.step();
      }
      assertThat(numbers(vector)[0]).isEqualTo(scope == Scope.ALL ? 1 : 1.5);
      Parameter away = parameter("away", 2);
      gradient(away, -1);
      try (Optimizer optimizer =
          around(descent(0.5), List.of(away), new CautiousDecay(0.5, scope))) {
        optimizer.step();
      }
      assertThat(numbers(away)[0]).as("moved away from zero").isEqualTo(2.5);
    }
  }
}
