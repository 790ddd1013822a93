package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Dion;
import dev.steepest.optim.rule.Lion;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups, gradients and saved state. */
class OptimizerTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Parameter matrix(String name, long... shape) {
    Tensor tensor = Seeds.normal(Seeds.derive(3, name), shape).set_requires_grad(true);
    tensor.mutable_grad().put(Seeds.normal(Seeds.derive(4, name), shape));
    return new Parameter(name, Role.MATRIX, tensor);
  }

  private static Rule make(Class<? extends Rule> rule, Map<String, Object> given) {
    return Rules.make(rule, given);
  }

  private static Optimizer of(Rule rule, Parameter... parameters) {
    return new Optimizer(List.of(new ParameterGroup("all", rule, List.of(parameters))), 5);
  }

  @Test
  void each_parameter_is_in_one_group() {
    Parameter a = matrix("a", 3, 2);
    Parameter b = matrix("b", 3, 2);
    Parameter bAgain = new Parameter("c", Role.MATRIX, b.tensor());
    Rule rule = make(Sgd.class, Map.of());
    assertThatThrownBy(() ->
            new Optimizer(
                List.of(
                    new ParameterGroup("first", rule, List.of(a, b)),
                    new ParameterGroup("second", rule, List.of(a, bAgain)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter 'a' is in group 'first' and again in 'second'")
        .hasMessageContaining("parameters 'b' and 'c' are the same tensor");
  }

  @Test
  void a_rule_says_what_it_cannot_take() {
    Parameter vector = new Parameter("bias", Role.VECTOR, torch.ones(3));
    assertThatThrownBy(() -> of(make(Muon.class, Map.of()), vector))
        .hasMessageContaining("muon cannot take 'bias': it has fewer than two dimensions");
  }

  @Test
  void a_rule_out_of_range_is_refused_also_when_made_by_hand() {
    Rule wrong = new AdamW(1e-3, 1.5, 0.999, 1e-8, AdamW.EpsForm.EPSILON, -1, false);
    assertThatThrownBy(() -> of(wrong, matrix("a", 2, 2)))
        .hasMessageContaining("beta1 is 1.5 but must be a number in [0, 1)")
        .hasMessageContaining("weight_decay is -1.0 but must be a number in [0, inf)");
  }

  @Test
  void a_rule_that_is_no_record_is_refused() {
    class Plain implements Rule {
      @Override
      public double lr() {
        return 1;
      }

      @Override
      public void update(ParameterState p, double lr) {}
    }
    assertThatThrownBy(() -> of(new Plain(), matrix("a", 3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("group 'all': the rule plain is no record; make it one");
  }

  @Test
  void blocks_must_divide_a_matrix() {
    assertThatThrownBy(() -> new Parameter("qkv", Role.MATRIX, torch.ones(10, 4), 3))
        .hasMessageContaining("'qkv' cannot be 3 stacked matrices: its shape is [10, 4]");
  }

  @Test
  void the_factor_multiplies_every_learning_rate() {
    Parameter half = matrix("a", 3, 2);
    Parameter whole = matrix("a", 3, 2);
    Map<String, Object> plain = Map.of("momentum", 0.0, "weight_decay", 0.0, "nesterov", false);
    try (Optimizer one = of(make(Sgd.class, with(plain, "lr", 0.5)), half);
        Optimizer two = of(make(Sgd.class, with(plain, "lr", 1.0)), whole)) {
      one.step(1);
      two.step(0.5);
      assertThat(half.tensor().equal(whole.tensor())).isTrue();
      assertThatThrownBy(() -> one.step(Double.NaN))
          .hasMessageContaining("factor NaN must be in [0, inf)");
    }
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> copy = new TreeMap<>(map);
    copy.put(key, value);
    return copy;
  }

  @Test
  void zero_grad_makes_gradients_undefined() {
    Parameter a = matrix("a", 3, 2);
    try (Optimizer optimizer = of(make(Sgd.class, Map.of()), a)) {
      optimizer.zeroGrad();
      assertThat(a.tensor().grad().defined()).isFalse();
      optimizer.step(1);
      assertThat(optimizer.state()).isEmpty();
    }
  }

  @Test
  void state_is_named_counted_and_measured() {
    Parameter a = matrix("layer.weight", 3, 2);
    try (Optimizer optimizer = of(make(AdamW.class, Map.of()), a)) {
      optimizer.step(1);
      optimizer.step(1);
      assertThat(optimizer.state().keySet())
          .containsExactly(
              "layer.weight/first_moment", "layer.weight/second_moment", "layer.weight/step");
      Tensor step = optimizer.state().get("layer.weight/step");
      assertThat(step.scalar_type().intern()).isEqualTo(ScalarType.Long);
      assertThat(step.item_long()).isEqualTo(2);
      assertThat(optimizer.stateBytes()).isEqualTo(2 * 6 * 4);
    }
  }

  @Test
  void state_is_a_copy() {
    Parameter a = matrix("a", 3, 2);
    try (Optimizer optimizer = of(make(Lion.class, Map.of()), a)) {
      optimizer.step(1);
      Tensor saved = optimizer.state().get("a/momentum");
      Tensor before = saved.clone();
      optimizer.step(1);
      assertThat(saved.equal(before)).isTrue();
    }
  }

  @Test
  void a_wrong_state_is_refused_whole() {
    Parameter a = matrix("a", 3, 2);
    Parameter b = matrix("b", 2, 2);
    try (Optimizer optimizer = of(make(AdamW.class, Map.of()), a, b)) {
      optimizer.step(1);
      Map<String, Tensor> state = new TreeMap<>(optimizer.state());
      Tensor moment = state.get("b/first_moment");
      state.remove("a/second_moment");
      state.put("b/first_moment", torch.zeros(7, 7));
      state.put("c/step", torch.zeros(1));
      state.put("a/velocity", torch.zeros(3, 2));
      assertThatThrownBy(() -> optimizer.load(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("missing 'a/second_moment' of shape [3, 2]")
          .hasMessageContaining("'b/first_moment' has shape [7, 7] but needs [2, 2]")
          .hasMessageContaining("unexpected 'c/step'")
          .hasMessageContaining("unexpected 'a/velocity'");
      assertThat(optimizer.state().get("b/first_moment").equal(moment))
          .as("nothing has changed")
          .isTrue();
    }
  }

  @Test
  void dions_first_basis_depends_on_name_and_seed_only() {
    Parameter a = matrix("a", 6, 4);
    Parameter b = matrix("b", 6, 4);
    Rule dion = make(Dion.class, Map.of("weight_decay", 0.0));
    try (Optimizer first = of(dion, a, b);
        Optimizer second = of(dion, matrix("b", 6, 4), matrix("a", 6, 4));
        Optimizer otherSeed =
            new Optimizer(List.of(new ParameterGroup("g", dion, List.of(matrix("a", 6, 4)))), 6)) {
      first.step(1);
      second.step(1);
      otherSeed.step(1);
      assertThat(first.state().get("a/q").equal(second.state().get("a/q"))).isTrue();
      assertThat(first.state().get("a/q").equal(first.state().get("b/q"))).isFalse();
      assertThat(first.state().get("a/q").equal(otherSeed.state().get("a/q"))).isFalse();
    }
  }

  @Test
  void it_works_on_several_threads_at_once_on_different_parameters() throws InterruptedException {
    Parameter a = matrix("a", 8, 4);
    Parameter b = matrix("a", 8, 4);
    try (Optimizer one = of(make(Muon.class, Map.of()), a);
        Optimizer two = of(make(Muon.class, Map.of()), b)) {
      Thread other = Thread.ofPlatform().start(() -> steps(two));
      steps(one);
      other.join();
      assertThat(a.tensor().equal(b.tensor())).isTrue();
    }
  }

  private static void steps(Optimizer optimizer) {
    for (int i = 0; i < 50; i++) {
      optimizer.step(1);
    }
  }
}
