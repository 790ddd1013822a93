package dev.steepest.optim.wrap;

import static dev.steepest.optim.wrap.Ground.descent;
import static dev.steepest.optim.wrap.Ground.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.Optimizer;
import dev.steepest.optim.OptimizerBuilder;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterGroup;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Wrappers;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A wrapper whose course is that of the whole run is told the run's length, or refuses. */
class RunLengthTest {

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static Lookahead lookahead(Map<String, ?> settings) {
    return Wrappers.make(Lookahead.class, settings);
  }

  private static OptimizerBuilder around(Lookahead wrapper) {
    List<Parameter> one = List.of(parameter("p", 1));
    return Optimizer.builder(List.of(new ParameterGroup("all", descent(0.1), one))).wrap(wrapper);
  }

  @Test
  void nobody_guesses_the_length() {
    assertThatThrownBy(() -> around(lookahead(Map.of("curve", "airbench"))).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lookahead: curve=airbench moves over the whole run, whose length nobody has said; set"
                + " steps to the number of updates, or call OptimizerBuilder.runOf(steps)");
    Preset sgd = Preset.named("sgd");
    Map<String, Object> settings = Map.of("lookahead", Map.of("curve", "airbench"));
    assertThat(sgd.problems(settings)).as("the laboratory may know it").isEmpty();
    assertThatThrownBy(() -> around(lookahead(Map.of())).runOf(0))
        .hasMessage("steps of the run is 0 but must be at least 1");
  }

  @Test
  void the_builder_says_it_and_the_settings_say_it_louder() {
    try (Optimizer told = around(lookahead(Map.of("curve", "airbench"))).runOf(476).build();
        Optimizer given =
            around(lookahead(Map.of("curve", "airbench", "steps", 300))).runOf(476).build();
        Optimizer constant = around(lookahead(Map.of())).runOf(476).build()) {
      assertThat(told.wrappers())
          .containsExactly(lookahead(Map.of("curve", "airbench", "steps", 476)));
      assertThat(given.wrappers())
          .containsExactly(lookahead(Map.of("curve", "airbench", "steps", 300)));
      assertThat(constant.wrappers()).containsExactly(lookahead(Map.of()));
    }
  }

  @Test
  void combinations_without_sense_are_refused() {
    assertThatThrownBy(() -> lookahead(Map.of("curve", "airbench", "sync", "after_first")))
        .hasMessageContaining(
            "curve=airbench counts updates from the start; set sync to from_start");
    assertThatThrownBy(() -> lookahead(Map.of("curve", "airbench", "steps", 4)))
        .hasMessageContaining("a run of steps=4 would end at the weights that it began with")
        .hasMessageContaining("k=5; set k to at most steps");
    assertThatThrownBy(() -> around(lookahead(Map.of("curve", "airbench"))).runOf(4).build())
        .hasMessageContaining("a run of steps=4 would end at");
    Map<String, Object> settings =
        Map.of("lookahead", Map.of("curve", "airbench", "sync", "after_first"));
    assertThat(Preset.named("lion").problems(settings))
        .singleElement()
        .asString()
        .contains("set sync to from_start");
  }
}
