package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.rule.Sgd;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every rule owes, whatever its algorithm. New rules are enrolled by existing. */
class RuleContractTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<Class<? extends Rule>> rules() {
    return Fixture.rules();
  }

  @Test
  void rules_are_found_without_a_list() {
    assertThat(rules())
        .contains(Sgd.class)
        .contains(OnlyInTests.RULE)
        .hasSizeGreaterThanOrEqualTo(9);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void names_its_source(Class<? extends Rule> rule) {
    Source source = rule.getAnnotation(Source.class);
    assertThat(source).as("@Source of %s", rule).isNotNull();
    assertThat(List.of(source.title(), source.authors())).noneMatch(String::isBlank);
    assertThat(source.url()).startsWith("https://");
    assertThat(source.year()).isBetween(1950, 2030);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void is_deterministic_to_the_bit(Class<? extends Rule> rule) {
    assertThat(Fixture.equal(after(rule, 6), after(rule, 6))).isTrue();
  }

  private static List<double[]> after(Class<? extends Rule> rule, int steps) {
    try (Fixture fixture = Fixture.of(Fixture.make(rule, Map.of()))) {
      fixture.run(0, steps);
      return fixture.values();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void continues_bit_for_bit_from_saved_state(Class<? extends Rule> rule) {
    List<double[]> straight = after(rule, 8);
    for (int stop : new int[] {0, 1, 5}) {
      try (Fixture first = Fixture.of(Fixture.make(rule, Map.of()));
          Fixture second = Fixture.of(Fixture.make(rule, Map.of()))) {
        first.run(0, stop);
        second.set(first.copies());
        second.optimizer.load(first.optimizer.state());
        second.run(stop, 8);
        assertThat(Fixture.equal(second.values(), straight))
            .as("stopped after %d steps", stop)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void loads_state_over_state(Class<? extends Rule> rule) {
    try (Fixture fixture = Fixture.of(Fixture.make(rule, Map.of()))) {
      fixture.run(0, 3);
      Map<String, Tensor> values = fixture.copies();
      SortedMap<String, Tensor> state = fixture.optimizer.state();
      fixture.run(3, 6);
      List<double[]> straight = fixture.values();
      fixture.set(values);
      fixture.forgetGradients();
      fixture.optimizer.load(state);
      fixture.run(3, 6);
      assertThat(Fixture.equal(fixture.values(), straight)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void leaves_parameters_without_gradient_alone(Class<? extends Rule> rule) {
    try (Fixture fixture = Fixture.of(Fixture.make(rule, Map.of()))) {
      Map<String, Tensor> before = fixture.copies();
      Parameter only = fixture.parameters.getFirst();
      Fixture.backpropagate(only, torch.ones_like(only.tensor().detach()));
      // Twice: the first call of some rules only looks at the gradient.
      fixture.optimizer.step(1);
      fixture.optimizer.step(1);
      fixture.optimizer.step(1); // a rule may only look at the first gradient
      Map<String, Tensor> after = fixture.copies();
      assertThat(after.get(only.name()).equal(before.get(only.name())))
          .as("the one with a gradient")
          .isFalse();
      for (Parameter parameter : fixture.parameters.subList(1, fixture.parameters.size())) {
        assertThat(after.get(parameter.name()).equal(before.get(parameter.name())))
            .as(parameter.name())
            .isTrue();
      }
      assertThat(fixture.optimizer.state().keySet())
          .isNotEmpty()
          .allMatch(key -> key.startsWith(only.name() + "/"));
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void stays_finite_on_zero_gradients(Class<? extends Rule> rule) {
    for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float, ScalarType.BFloat16)) {
      try (Fixture fixture =
          new Fixture(Fixture.make(rule, Map.of()), type, Optimizer.Path.TOGETHER)) {
        for (int step = 0; step < 3; step++) {
          fixture.optimizer.zeroGrad();
          fixture.parameters.forEach(
              p -> Fixture.backpropagate(p, torch.zeros_like(p.tensor().detach())));
          fixture.optimizer.step(1);
        }
        assertThat(fixture.values())
            .as("%s", type)
            .allSatisfy(
                values -> assertThat(values).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void does_not_change_the_gradient_unless_it_keeps_it(Class<? extends Rule> rule) {
    Rule made = Fixture.make(rule, Map.of());
    try (Fixture fixture = Fixture.of(made)) {
      fixture.run(0, 2);
      fixture.optimizer.zeroGrad();
      Parameter parameter = fixture.parameters.getFirst();
      if (made instanceof Rule.KeepsGradient) {
        assertThat(parameter.tensor().grad().defined()).isTrue();
        return;
      }
      assertThat(parameter.tensor().grad().defined()).isFalse();
      Tensor gradient = torch.ones_like(parameter.tensor().detach());
      parameter.tensor().mutable_grad().put(gradient);
      fixture.optimizer.step(1);
      assertThat(parameter.tensor().grad().equal(torch.ones_like(gradient))).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void updates_together_as_one_by_one(Class<? extends Rule> rule) {
    // float64, ten steps of rounding; Newton–Schulz multiplies it by some hundred.
    assertThat(
            Fixture.distance(
                after(rule, Optimizer.Path.TOGETHER), after(rule, Optimizer.Path.ONE_BY_ONE)))
        .isLessThan(1e-11);
  }

  private static List<double[]> after(Class<? extends Rule> rule, Optimizer.Path path) {
    try (Fixture fixture = new Fixture(Fixture.exact(rule), ScalarType.Double, path)) {
      fixture.run(0, 10);
      return fixture.values();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void follows_its_float64_self_in_other_types(Class<? extends Rule> rule) {
    List<double[]> wide = after(rule, ScalarType.Double);
    // One step from the same start, in one direction: float32 rounds to 2⁻²⁴ and Newton–Schulz or a
    // normalisation
    // multiplies that by some hundred; bfloat16 stores values near 3 to 2⁻⁸ and gradients likewise.
    assertThat(Fixture.distance(after(rule, ScalarType.Float), wide)).isLessThan(1e-4);
    assertThat(Fixture.distance(after(rule, ScalarType.BFloat16), wide)).isLessThan(0.1);
  }

  private static List<double[]> after(Class<? extends Rule> rule, ScalarType type) {
    try (Fixture fixture = new Fixture(Fixture.exact(rule), type, Optimizer.Path.TOGETHER)) {
      fixture.run(0, 1);
      return fixture.values();
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void does_not_care_how_memory_is_laid_out(Class<? extends Rule> rule) {
    Rule made = Fixture.exact(rule);
    Tensor plain = torch.arange(Fixture.number(72)).to(ScalarType.Double).reshape(3, 4, 3, 2).sin();
    Tensor gradient = plain.cos();
    List<Tensor> layouts =
        List.of(
            plain.clone(),
            plain
                .clone()
                .contiguous(torch.MemoryFormat.ChannelsLast), // dense, gradient laid out otherwise
            torch
                .zeros(new long[] {3, 4, 3, 2, 2})
                .to(ScalarType.Double)
                .select(4, 0)
                .copy_(plain)); // gaps
    Tensor expected = null;
    for (Tensor layout : layouts) {
      Parameter parameter = new Parameter("w", Role.CONV, layout);
      try (Optimizer optimizer = OnlyInTests.optimizer(made, parameter)) {
        for (int step = 0; step < 3; step++) {
          layout.mutable_grad().put(gradient.clone());
          optimizer.step(1);
        }
        expected = expected == null ? layout.clone() : expected;
        assertThat(layout.sub(expected).abs().max().item_double()).isLessThan(1e-12);
      }
    }
  }
}
