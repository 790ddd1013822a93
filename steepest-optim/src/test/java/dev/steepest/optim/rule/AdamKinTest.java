package dev.steepest.optim.rule;

import static dev.steepest.optim.rule.Walk.ROUNDING;
import static dev.steepest.optim.rule.Walk.after;
import static dev.steepest.optim.rule.Walk.distance;
import static dev.steepest.optim.rule.Walk.gradient;
import static dev.steepest.optim.rule.Walk.map;
import static dev.steepest.optim.rule.Walk.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.NonFinite;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Shards;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Adan, ADOPT and AdEMAMix where they are Adam, and against formulas where they are not. */
class AdamKinTest {

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
  void adan_without_the_change_of_the_gradient_is_adamw() {
    Map<String, Object> adan =
        Map.of("beta1", 0.8, "beta2", 0, "beta3", 0.9, "weight_decay", 0.3, "decay", "decoupled");
    Map<String, Object> adam = Map.of("beta1", 0.8, "beta2", 0.9, "weight_decay", 0.3);
    assertThat(distance(after(Adan.class, adan, 20), after(AdamW.class, adam, 20)))
        .isLessThan(ROUNDING);
  }

  @Test
  void adan_on_one_gradient_is_adam_whatever_beta2() {
    Map<String, Object> adan = Map.of("lr", 0.01, "beta1", 0.8, "beta2", 0.95, "beta3", 0.9);
    Map<String, Object> adam = Map.of("lr", 0.01, "beta1", 0.8, "beta2", 0.9);
    try (Walk one = new Walk(Adan.class, adan);
        Walk other = new Walk(Adam.class, adam)) {
      for (int t = 1; t <= 20; t++) {
        one.step(gradient(1), 1);
        other.step(gradient(1), 1);
      }
      assertThat(distance(one.weights(), other.weights())).isLessThan(ROUNDING);
    }
  }

  @Test
  void adans_proximal_decay_shrinks_what_the_step_has_reached() {
    Map<String, Object> bare = Map.of("lr", 0.1);
    Map<String, Object> decayed = Map.of("lr", 0.1, "weight_decay", 0.5);
    double[] expected = map(after(Adan.class, bare, 1), x -> x / (1 + 0.1 * 0.5));
    assertThat(distance(after(Adan.class, decayed, 1), expected)).isLessThan(ROUNDING);
  }

  @Test
  void adan_clips_as_if_the_gradient_had_been_shorter() {
    double bound = 3.5; // √12 is the length of a usual gradient here
    int clipped = 0;
    try (Walk shortened = new Walk(Adan.class, Map.of("lr", 0.01));
        Walk walk = new Walk(Adan.class, Map.of("lr", 0.01, "max_grad_norm", bound))) {
      for (int t = 1; t <= 20; t++) {
        double norm = 0;
        for (double element : gradient(t)) {
          norm = Math.hypot(norm, element);
        }
        double share = Math.min(1, bound / (norm + 1e-8));
        clipped += share < 1 ? 1 : 0;
        shortened.step(map(gradient(t), x -> x * share), 1);
        walk.step(gradient(t), 1);
      }
      assertThat(clipped).isBetween(1, 19);
      assertThat(distance(walk.weights(), shortened.weights())).isLessThan(ROUNDING);
    }
  }

  @Test
  void adan_clips_by_the_norm_of_all_shards() {
    Adan adan = Rules.make(Adan.class, Map.of("max_grad_norm", 0.5));
    List<Parameter> whole = List.of(parameter("a"), parameter("b"));
    List<Parameter> dealt = List.of(parameter("a"), parameter("b"));
    step(adan, whole, Shards.NONE);
    for (int i = 0; i < 2; i++) {
      Tensor squaresElsewhere = dealt.get(1 - i).tensor().grad().square().sum();
      step(adan, List.of(dealt.get(i)), own -> own.add(squaresElsewhere));
    }
    for (int i = 0; i < 2; i++) {
      Tensor difference = whole.get(i).tensor().sub(dealt.get(i).tensor());
      assertThat(difference.abs().max().item_double()).isLessThan(ROUNDING);
    }
  }

  private static Parameter parameter(String name) {
    Tensor tensor = Seeds.normal(Seeds.derive(1, name), 5, 2).to(ScalarType.Double);
    tensor.set_requires_grad(true);
    tensor.mutable_grad().put(Seeds.normal(Seeds.derive(2, name), 5, 2).to(ScalarType.Double));
    return new Parameter(name, Role.MATRIX, tensor);
  }

  private static void step(Adan rule, List<Parameter> parameters, Shards shards) {
    List<ParameterGroup> groups = List.of(new ParameterGroup("all", rule, parameters));
    try (Optimizer optimizer =
        Optimizer.builder(groups).shards(shards).nonFinite(NonFinite.UNCHECKED).build()) {
      optimizer.step(1);
    }
  }

  @Test
  void adopt_is_its_formula() {
    double[][] settings = {{0.9, 0.99, 0.25, 0, 1e-6}, {0.6, 0.5, 0, 0.2, 0.4}};
    for (double[] s : settings) {
      Map<String, Object> given =
          Map.of(
              "lr",
              0.05,
              "beta1",
              s[0],
              "beta2",
              s[1],
              "clip_exponent",
              s[2],
              "weight_decay",
              s[3],
              "eps",
              s[4]);
      double[] w = start();
      double[] m = new double[Walk.SIZE];
      double[] v = new double[Walk.SIZE];
      for (int call = 1; call <= 20; call++) {
        double[] raw = gradient(call);
        for (int i = 0; i < Walk.SIZE; i++) {
          double g = raw[i] + s[3] * w[i];
          if (call > 1) {
            double bound = Math.pow(call - 1, s[2]);
            double n = g / Math.max(Math.sqrt(v[i]), s[4]);
            m[i] = s[0] * m[i] + (1 - s[0]) * Math.clamp(n, -bound, bound);
            w[i] -= 0.05 * m[i];
          }
          v[i] = call == 1 ? g * g : s[1] * v[i] + (1 - s[1]) * g * g;
        }
      }
      assertThat(distance(after(Adopt.class, given, 20), w)).isLessThan(ROUNDING);
    }
  }

  @Test
  void adopt_without_memory_measures_each_gradient_by_the_one_before() {
    Map<String, Object> given =
        Map.of("lr", 0.05, "beta1", 0, "beta2", 0, "clip", "none", "eps", 1e-300);
    double[] w = start();
    for (int t = 2; t <= 10; t++) {
      for (int i = 0; i < Walk.SIZE; i++) {
        w[i] -= 0.05 * gradient(t)[i] / Math.abs(gradient(t - 1)[i]);
      }
    }
    // Quotients of two normal numbers reach some hundred; rounding grows with them.
    assertThat(distance(after(Adopt.class, given, 10), w)).isLessThan(1000 * ROUNDING);
  }

  @Test
  void adopts_first_call_changes_nothing_not_even_by_decay() {
    for (String decay : new String[] {"coupled", "decoupled"}) {
      Map<String, Object> given = Map.of("weight_decay", 0.5, "decay", decay);
      assertThat(after(Adopt.class, given, 1)).isEqualTo(start());
    }
  }

  @Test
  void ademamix_without_its_slow_average_is_adamw() {
    Map<String, Object> mix =
        Map.of("beta1", 0.8, "beta2", 0.9, "weight_decay", 0.3, "alpha", 0, "beta3", 0.5);
    Map<String, Object> adam = Map.of("beta1", 0.8, "beta2", 0.9, "weight_decay", 0.3);
    double[] mixed = after(AdEMAMix.class, mix, 20);
    assertThat(distance(mixed, after(AdamW.class, adam, 20))).isLessThan(ROUNDING);
    Map<String, Object> slower =
        Map.of("beta1", 0.8, "beta2", 0.9, "weight_decay", 0.3, "alpha", 0, "beta3", 0.99);
    assertThat(after(AdEMAMix.class, slower, 20)).isEqualTo(mixed);
  }

  @Test
  void ademamix_with_two_equal_averages_is_adam_with_a_longer_step() {
    // m₂ = m₁, so that the sum is m₁/(1 − β₁ᵗ) times 1 + α(1 − β₁ᵗ).
    Map<String, Object> mix = Map.of("beta1", 0.8, "beta3", 0.8, "alpha", 3);
    try (Walk adam = new Walk(Adam.class, Map.of("beta1", 0.8))) {
      for (int t = 1; t <= 20; t++) {
        adam.step(gradient(t), 1 + 3 * (1 - Math.pow(0.8, t)));
      }
      assertThat(distance(after(AdEMAMix.class, mix, 20), adam.weights())).isLessThan(ROUNDING);
    }
  }

  @Test
  void ademamix_without_fast_memory_takes_the_gradient() {
    Map<String, Object> mix = Map.of("beta1", 0, "alpha", 0, "weight_decay", 0.1);
    Map<String, Object> adam = Map.of("beta1", 0, "weight_decay", 0.1);
    try (Walk walk = new Walk(AdEMAMix.class, mix)) {
      for (int t = 1; t <= 20; t++) {
        walk.step(gradient(t), 1);
      }
      assertThat(distance(walk.weights(), after(AdamW.class, adam, 20))).isLessThan(ROUNDING);
      assertThat(walk.optimizer().state().keySet())
          .containsExactly("w/second_moment", "w/slow_average", "w/step");
    }
  }

  @Test
  void ademamixs_half_life_grows_evenly_from_the_fast_to_the_slow() {
    AdEMAMix mix =
        Rules.make(
            AdEMAMix.class,
            Map.of("beta3", 0.999, "alpha", 6, "alpha_warmup", 100, "beta3_warmup", 100));
    double fast = Math.log(0.5) / Math.log(0.9);
    double slow = Math.log(0.5) / Math.log(0.999);
    for (int t = 1; t < 100; t++) {
      double halfLife = Math.log(0.5) / Math.log(mix.beta3(t));
      // The guard of the logarithm, 1e-8, is 1e-5 of 1 − β₃.
      assertThat(halfLife).isCloseTo(fast + (slow - fast) * t / 100, within(2e-5 * slow));
      assertThat(mix.alpha(t)).isCloseTo(0.06 * t, within(1e-14));
    }
    assertThat(mix.beta3(100)).isEqualTo(0.999);
    assertThat(mix.alpha(100)).isEqualTo(6);
  }

  @Test
  void a_shard_without_gradients_keeps_no_other_waiting() throws Exception {
    TwoShards.waitForNone(Adan.class, Map.of("max_grad_norm", 0.3));
  }

  /** At 1 − 1e-8 the source's logarithm is 0 and its half-life infinite. */
  @Test
  void ademamix_refuses_what_has_no_half_life() {
    for (String key : List.of("beta1", "beta3")) {
      assertThatThrownBy(() -> Rules.make(AdEMAMix.class, Map.of(key, 1 - 1e-8)))
          .hasMessageContaining(key + " is 0.99999999 but must be a number in [0, 0.99999999)");
    }
    AdEMAMix longest = Rules.make(AdEMAMix.class, Map.of("beta3", 1 - 2e-8, "beta3_warmup", 100));
    double before = 0.9;
    for (long t = 1; t < 100; t++) {
      assertThat(longest.beta3(t)).isBetween(before, 1.0);
      before = longest.beta3(t);
    }
  }
}
