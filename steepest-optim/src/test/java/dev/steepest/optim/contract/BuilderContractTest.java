package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Rules;
import dev.steepest.optim.Wrappers;
import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.SignDescentBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule and wrapper has a typed builder, written by the compiler. */
class BuilderContractTest {

  static Stream<Class<? extends Record>> rules() {
    return Stream.concat(
        Fixture.rules().map(Rules::hyper), Wrappers.all().stream().map(Wrappers::hyper));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void builds_the_defaults(Class<? extends Record> rule) throws ReflectiveOperationException {
    Object builder = builder(rule).getConstructor().newInstance();
    assertThat(builder.getClass().getMethod("build").invoke(builder))
        .isEqualTo(Knobs.make(rule, Map.of()));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void has_one_typed_setter_per_knob_that_reaches_the_rule(Class<? extends Record> rule)
      throws ReflectiveOperationException {
    for (RecordComponent component : rule.getRecordComponents()) {
      Method setter = builder(rule).getMethod(component.getName(), component.getType());
      Object builder = builder(rule).getConstructor().newInstance();
      assertThat(setter.invoke(builder, extreme(component.getType()))).isSameAs(builder);
      if (component.getType() == boolean.class) {
        assertThat(component.getAccessor().invoke(built(builder))).isEqualTo(true);
        continue;
      }
      assertThatThrownBy(() -> built(builder))
          .as("%s", component)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void is_reached_from_the_rule(Class<? extends Record> rule) throws ReflectiveOperationException {
    assertThat(rule.getMethod("builder").invoke(null)).isInstanceOf(builder(rule));
  }

  @Test
  void sets_what_it_says() {
    Muon muon = Muon.builder().lr(0.03).nesterov(false).scale(Muon.Scale.SPECTRAL).build();
    assertThat(muon)
        .isEqualTo(
            Rules.make(Muon.class, Map.of("lr", 0.03, "nesterov", false, "scale", "spectral")));
  }

  @Test
  void names_every_problem_at_once() {
    assertThatThrownBy(() -> AdamW.builder().lr(-1).beta2(1).epsForm(null).build())
        .hasMessage(
            "adam_w: lr is -1.0 but must be a number in (0, inf); beta2 is 1.0 but must be a number in"
                + " [0, 1); eps_form is null but must be one of epsilon, epsilon_hat");
  }

  @Test
  void a_rule_of_another_source_folder_has_one_too() {
    assertThat(new SignDescentBuilder().lr(0.5).build().lr()).isEqualTo(0.5);
  }

  /**
   * A value that no knob of this type allows, but for booleans, of which every value is allowed.
   */
  private static Object extreme(Class<?> type) {
    if (type == boolean.class) {
      return true;
    }
    if (type == double.class) {
      return Double.NaN;
    }
    return type == long.class ? Long.MIN_VALUE : null;
  }

  private static Class<?> builder(Class<? extends Record> rule) throws ClassNotFoundException {
    return Class.forName(rule.getName() + "Builder");
  }

  private static Object built(Object builder) throws ReflectiveOperationException {
    try {
      return builder.getClass().getMethod("build").invoke(builder);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw thrown;
    }
  }
}
