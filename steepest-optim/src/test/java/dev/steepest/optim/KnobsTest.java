package dev.steepest.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.optim.rule.AdamW;
import dev.steepest.optim.rule.Lamb;
import dev.steepest.optim.rule.Muon;
import dev.steepest.optim.rule.Scion;
import dev.steepest.optim.rule.Sgd;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Hyper-parameters from configuration: defaults, types, and messages that say all that is wrong.
 */
class KnobsTest {

  @Test
  void defaults_are_those_of_the_annotations() {
    assertThat(Knobs.values(Knobs.make(AdamW.class, Map.of())))
        .isEqualTo(
            Map.of(
                "lr",
                1e-3,
                "beta1",
                0.9,
                "beta2",
                0.999,
                "eps",
                1e-8,
                "eps_form",
                "epsilon",
                "weight_decay",
                0.01,
                "amsgrad",
                false));
  }

  @Test
  void values_come_in_the_forms_that_configuration_files_have() {
    Muon muon =
        Knobs.make(
            Muon.class, Map.of("lr", 1, "ns_steps", 3.0, "eps", "1e-9", "scale", "max_side"));
    assertThat(muon.lr()).isEqualTo(1.0);
    assertThat(muon.nsSteps()).isEqualTo(3);
    assertThat(muon.eps()).isEqualTo(1e-9);
    assertThat(muon.scale()).isEqualTo(Muon.Scale.MAX_SIDE);
  }

  @Test
  void values_and_make_are_inverse() {
    Muon muon =
        Knobs.make(Muon.class, Map.of("decay", "cautious", "nesterov", false, "momentum", 0.5));
    assertThat(Knobs.make(Muon.class, Knobs.values(muon))).isEqualTo(muon);
  }

  @Test
  void all_problems_are_said_at_once() {
    Map<String, Object> given =
        new TreeMap<>(
            Map.of(
                "momentun",
                0.9,
                "momentum",
                1.5,
                "ns_steps",
                2.5,
                "nesterov",
                "yes",
                "scale",
                "huge",
                "lr",
                0));
    assertThatThrownBy(() -> Knobs.make(Muon.class, given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "unknown key 'momentun' (did you mean 'momentum'?); known: lr, momentum")
        .hasMessageContaining("momentum is 1.5 but must be a number in [0, 1)")
        .hasMessageContaining("ns_steps is 2.5 but must be a whole number in [1, 100]")
        .hasMessageContaining("nesterov is yes but must be true or false")
        .hasMessageContaining("scale is huge but must be one of fan_ratio, kernel_sides")
        .hasMessageContaining("lr is 0 but must be a number in (0, inf)");
  }

  @Test
  void values_that_exclude_each_other_are_refused() {
    assertThatThrownBy(() -> Knobs.make(Sgd.class, Map.of("dampening", 0.5)))
        .hasMessageContaining("nesterov needs dampening 0, not 0.5");
    assertThatThrownBy(() -> Knobs.make(Scion.class, Map.of("lr", 1.5)))
        .hasMessageContaining("lr is 1.5 but must be below 1 with constraint=ball");
  }

  @Test
  void numbers_that_are_none_are_refused() {
    assertThatThrownBy(() -> Knobs.make(Sgd.class, Map.of("lr", Double.NaN)))
        .hasMessageContaining("lr is NaN");
    assertThatThrownBy(() -> Knobs.make(Sgd.class, Map.of("lr", Double.POSITIVE_INFINITY)))
        .hasMessageContaining("lr is Infinity but must be a number in (0, inf)");
  }

  @Test
  void infinity_is_written_as_ranges_write_it() {
    assertThat(Rules.make(Lamb.class, Map.of("max_grad_norm", "inf")))
        .isEqualTo(Rules.make(Lamb.class, Map.of("max_grad_norm", Double.POSITIVE_INFINITY)));
  }

  /** Just outside either end of every range of every rule. */
  @TestFactory
  Stream<DynamicTest> every_range_is_guarded() {
    return Rules.all().stream()
        .flatMap(rule ->
            Knobs.of(Rules.hyper(rule)).stream()
                .filter(knob -> !knob.range().equals(Range.ANY))
                .map(knob ->
                    DynamicTest.dynamicTest(
                        rule.getSimpleName() + "." + knob.key(),
                        () -> refusesOutside(rule, knob))));
  }

  private static void refusesOutside(Class<? extends Rule> rule, Knobs.Declared knob) {
    Range range = knob.range();
    for (double outside : List.of(below(range), above(range))) {
      assertThatThrownBy(() -> Rules.make(rule, Map.of(knob.key(), outside)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(knob.key() + " is " + outside)
          .hasMessageContaining(range.toString());
    }
  }

  private static double below(Range range) {
    return range.lowEnd() == Range.End.OPEN ? range.low() : range.low() - 0.5;
  }

  private static double above(Range range) {
    if (Double.isInfinite(range.high()) && range.highEnd() == Range.End.CLOSED) {
      return Double.NaN; // nothing is above infinity
    }
    return range.highEnd() == Range.End.OPEN ? range.high() : range.high() + 0.5;
  }

  @Test
  void ranges_are_read_as_they_are_written() {
    for (String text : List.of("[0, 1)", "(0, inf)", "(-inf, 0.5]", "[1, 100]")) {
      assertThat(Range.parse(text)).hasToString(text);
    }
    assertThat(Range.parse("[0, 1)").contains(0)).isTrue();
    assertThat(Range.parse("[0, 1)").contains(1)).isFalse();
    assertThat(Range.parse("").contains(Double.NaN)).isFalse();
    assertThatThrownBy(() -> Range.parse("0..1")).hasMessageContaining("write it like [0, 1)");
  }
}
