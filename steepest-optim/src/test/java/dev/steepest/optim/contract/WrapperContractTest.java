package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.HalfPrecision;
import dev.steepest.optim.Knobs;
import dev.steepest.optim.Optimizer;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Source;
import dev.steepest.optim.Wrapper;
import dev.steepest.optim.Wrappers;
import dev.steepest.optim.rule.Sgd;
import dev.steepest.optim.wrap.Ema;
import dev.steepest.optim.wrap.Sam;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every wrapper owes, around every rule. Both are enrolled by existing. */
class WrapperContractTest {

  /** Settings under which a wrapper does nothing; centring has none. */
  private static final Map<String, Map<String, Object>> NEUTRAL =
      Map.of(
          "sam", Map.of("rho", 0),
          "lookahead", Map.of("alpha", 1, "k", 2),
          "ema", Map.of("decay", 0),
          "clip_norm", Map.of("max", Double.POSITIVE_INFINITY),
          "clip_value", Map.of("max", Double.POSITIVE_INFINITY),
          "coupled_decay", Map.of("weight_decay", 0),
          "decoupled_decay", Map.of("weight_decay", 0),
          "cautious_decay", Map.of("weight_decay", 0));

  /** Settings that make short runs meaningful. */
  private static final Map<String, Map<String, Object>> LIVELY =
      Map.of(
          "lookahead", Map.of("k", 2, "pullback", "interpolate"),
          "ema", Map.of("decay", 0.7),
          "clip_norm", Map.of("max", 0.5));

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<Class<? extends Wrapper>> wrappers() {
    return Wrappers.all().stream();
  }

  private static Wrapper lively(Class<? extends Wrapper> wrapper) {
    return Wrappers.make(wrapper, LIVELY.getOrDefault(Wrappers.name(wrapper), Map.of()));
  }

  private static Fixture around(Rule rule, Wrapper... wrappers) {
    return new Fixture(rule, ScalarType.Double, Optimizer.Path.TOGETHER, List.of(wrappers));
  }

  private static Rule sgd() {
    return Fixture.make(Sgd.class, Map.of());
  }

  @Test
  void wrappers_are_found_without_a_list() {
    assertThat(wrappers()).contains(Sam.class, Ema.class).hasSizeGreaterThanOrEqualTo(9);
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void names_its_source(Class<? extends Wrapper> wrapper) {
    Source source = wrapper.getAnnotation(Source.class);
    assertThat(source).as("@Source of %s", wrapper).isNotNull();
    assertThat(List.of(source.title(), source.authors())).noneMatch(String::isBlank);
    assertThat(source.url()).startsWith("https://");
    assertThat(source.year()).isBetween(1950, 2030);
  }

  /** Each around each: finite, deterministic, and resumed to the same bits. */
  @TestFactory
  Stream<DynamicTest> composes_with_every_rule() {
    return wrappers()
        .flatMap(wrapper ->
            Fixture.rules()
                .map(rule ->
                    dynamicTest(
                        wrapper.getSimpleName() + " around " + rule.getSimpleName(),
                        () -> compose(wrapper, rule))));
  }

  private static void compose(Class<? extends Wrapper> wrapper, Class<? extends Rule> rule) {
    Rule made = Fixture.make(rule, Map.of("ns_steps", 2));
    try (PointerScope _ = new PointerScope();
        Fixture straight = around(made, lively(wrapper));
        Fixture first = around(made, lively(wrapper));
        Fixture second = around(made, lively(wrapper))) {
      List<double[]> start = straight.values();
      straight.run(0, 5);
      assertThat(straight.values())
          .allSatisfy(
              values -> assertThat(values).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY));
      assertThat(Fixture.equal(straight.values(), start)).as("moved").isFalse();
      first.run(0, 3);
      second.set(first.copies());
      second.optimizer.load(first.optimizer.state());
      second.run(3, 5);
      assertThat(Fixture.equal(second.values(), straight.values())).as("resumed").isTrue();
      assertThat(Fixture.equal(second.evaluated(), straight.evaluated())).as("evaluated").isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void loads_state_over_state(Class<? extends Wrapper> wrapper) {
    try (Fixture fixture = around(sgd(), lively(wrapper))) {
      fixture.run(0, 3);
      Map<String, Tensor> values = fixture.copies();
      Map<String, Tensor> state = fixture.optimizer.state();
      fixture.run(3, 6);
      List<double[]> straight = fixture.evaluated();
      fixture.set(values);
      fixture.optimizer.load(state);
      fixture.run(3, 6);
      assertThat(Fixture.equal(fixture.evaluated(), straight)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void doing_nothing_is_the_bare_rule(Class<? extends Wrapper> wrapper) {
    Map<String, Object> settings = NEUTRAL.get(Wrappers.name(wrapper));
    if (settings == null) {
      assertThat(Wrappers.name(wrapper)).isEqualTo("gradient_centralization");
      return;
    }
    try (Fixture bare = around(sgd());
        Fixture wrapped = around(sgd(), Wrappers.make(wrapper, settings))) {
      bare.run(0, 6);
      wrapped.run(0, 6);
      assertThat(Fixture.equal(wrapped.values(), bare.values())).isTrue();
      assertThat(Fixture.equal(wrapped.evaluated(), bare.evaluated())).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void does_something(Class<? extends Wrapper> wrapper) {
    try (Fixture bare = around(sgd());
        Fixture wrapped = around(sgd(), lively(wrapper))) {
      bare.run(0, 4);
      wrapped.run(0, 4);
      assertThat(Fixture.equal(wrapped.evaluated(), bare.evaluated())).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void leaves_parameters_without_gradient_alone(Class<? extends Wrapper> wrapper) {
    try (Fixture fixture = around(sgd(), lively(wrapper))) {
      Map<String, Tensor> before = fixture.copies();
      Parameter only = fixture.parameters.getFirst();
      for (int step = 0; step < 2; step++) {
        fixture.forgetGradients();
        Fixture.backpropagate(only, torch.ones_like(only.tensor().detach()));
        fixture.optimizer.step(1, () -> {});
      }
      for (Parameter parameter : fixture.parameters.subList(1, fixture.parameters.size())) {
        assertThat(parameter.tensor().equal(before.get(parameter.name())))
            .as(parameter.name())
            .isTrue();
      }
      String prefix = Wrappers.name(wrapper) + ":";
      boolean followsAll = Wrapper.WholeState.class.isAssignableFrom(wrapper);
      assertThat(fixture.optimizer.state().keySet())
          .anyMatch(key -> key.startsWith(prefix))
          .filteredOn(key -> !followsAll || !key.startsWith(prefix))
          .allMatch(key -> key.replace(prefix, "").startsWith(only.name() + "/"));
      for (Parameter parameter : fixture.parameters) {
        Tensor steps = fixture.optimizer.state().get(prefix + parameter.name() + "/step");
        long expected = followsAll || parameter.equals(only) ? 2 : 0;
        assertThat(steps == null ? 0 : steps.item_long()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void evaluating_changes_nothing_in_training(Class<? extends Wrapper> wrapper) {
    for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float, ScalarType.BFloat16)) {
      try (Fixture fixture = of(type, wrapper);
          Fixture undisturbed = of(type, wrapper)) {
        for (int step = 0; step < 5; step++) {
          fixture.run(step, step + 1);
          List<double[]> training = fixture.values();
          List<double[]> evaluated = fixture.evaluated();
          assertThat(Fixture.equal(fixture.values(), training)).as("%s back", type).isTrue();
          assertThat(Fixture.equal(fixture.evaluated(), evaluated)).as("%s again", type).isTrue();
        }
        undisturbed.run(0, 5);
        assertThat(Fixture.equal(fixture.values(), undisturbed.values())).as("%s", type).isTrue();
        assertThat(Fixture.equal(fixture.evaluated(), undisturbed.evaluated()))
            .as("%s", type)
            .isTrue();
      }
    }
  }

  private static Fixture of(ScalarType type, Class<? extends Wrapper> wrapper) {
    return new Fixture(sgd(), type, Optimizer.Path.TOGETHER, List.of(lively(wrapper)));
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void stays_finite_on_zero_gradients(Class<? extends Wrapper> wrapper) {
    for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float, ScalarType.BFloat16)) {
      try (Fixture fixture = of(type, wrapper)) {
        for (int step = 0; step < 3; step++) {
          fixture.optimizer.zeroGrad();
          fixture.parameters.forEach(
              p -> Fixture.backpropagate(p, torch.zeros_like(p.tensor().detach())));
          fixture.optimizer.step(1, () -> {});
        }
        assertThat(fixture.evaluated())
            .as("%s", type)
            .allSatisfy(
                values -> assertThat(values).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void follows_its_float64_self_in_other_types(Class<? extends Wrapper> wrapper) {
    List<double[]> wide = after(ScalarType.Double, wrapper);
    // As of rules: float32 rounds to 2⁻²⁴, bfloat16 keeps values near 3 to 2⁻⁸, gradients likewise.
    assertThat(Fixture.distance(after(ScalarType.Float, wrapper), wide)).isLessThan(1e-5);
    assertThat(Fixture.distance(after(ScalarType.BFloat16, wrapper), wide)).isLessThan(0.1);
  }

  private static List<double[]> after(ScalarType type, Class<? extends Wrapper> wrapper) {
    try (Fixture fixture = of(type, wrapper)) {
      fixture.run(0, 2);
      return fixture.evaluated();
    }
  }

  @TestFactory
  Stream<DynamicTest> no_knob_is_dead() {
    return wrappers()
        .flatMap(wrapper ->
            Knobs.of(Wrappers.hyper(wrapper)).stream()
                .map(knob ->
                    dynamicTest(
                        wrapper.getSimpleName() + "." + knob.key(),
                        () ->
                            new KnobTurn<>(
                                    Wrappers.hyper(wrapper),
                                    given -> Wrappers.make(wrapper, given),
                                    WrapperContractTest::trajectory)
                                .turn(knob))));
  }

  private static List<double[]> trajectory(Wrapper wrapper) {
    try (PointerScope _ = new PointerScope();
        Fixture fixture = around(sgd(), wrapper)) {
      fixture.run(0, 6);
      return fixture.evaluated();
    }
  }

  @TestFactory
  Stream<DynamicTest> nothing_is_kept_of_a_step() {
    return wrappers()
        .flatMap(wrapper ->
            Arrays.stream(HalfPrecision.values())
                .map(half ->
                    dynamicTest(
                        wrapper.getSimpleName() + " " + half,
                        () ->
                            SteadyMemory.of(
                                Fixture.make(Sgd.class, Map.of("lr", 1e-3)),
                                half,
                                List.of(lively(wrapper))))));
  }
}
