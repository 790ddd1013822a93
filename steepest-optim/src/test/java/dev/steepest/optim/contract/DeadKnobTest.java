package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Turns every hyper-parameter of every rule, under the settings in which it says that it acts, and
 * sees the trajectory change: a knob that nothing hangs on is a defect.
 */
class DeadKnobTest {

  @TestFactory
  Stream<DynamicTest> knobs() {
    return Fixture.rules()
        .flatMap(rule ->
            Knobs.of(Rules.hyper(rule)).stream()
                .map(knob ->
                    dynamicTest(rule.getSimpleName() + "." + knob.key(), () -> turn(rule, knob))));
  }

  private static void turn(Class<? extends Rule> rule, Knobs.Declared knob) {
    Map<String, Object> base = new TreeMap<>();
    for (String pair : knob.activeWith().isEmpty() ? new String[0] : knob.activeWith().split(",")) {
      base.put(pair.split("=")[0], pair.split("=")[1]);
    }
    assertThat(Fixture.keys(rule))
        .as("settings under which %s acts", knob.key())
        .containsAll(base.keySet());
    List<Object> settings = settings(rule, base, knob);
    assertThat(settings).as("values of %s", knob.key()).hasSizeGreaterThan(1);
    List<List<double[]>> trajectories = new ArrayList<>();
    for (Object setting : settings) {
      Map<String, Object> given = new TreeMap<>(base);
      given.put(knob.key(), setting);
      trajectories.add(trajectory(Rules.make(rule, given)));
    }
    for (int i = 0; i < settings.size(); i++) {
      List<double[]> one = trajectories.get(i);
      // Two words of an enum may mean the same in a given case, and a floor or a warm-up need not
      // feel every small change, so each must differ from some other.
      assertThat(trajectories.stream().anyMatch(other -> !Fixture.equal(one, other)))
          .as("%s=%s differs from some other of %s", knob.key(), settings.get(i), settings)
          .isTrue();
    }
  }

  private static List<double[]> trajectory(Rule rule) {
    try (PointerScope _ = new PointerScope();
        Fixture fixture = Fixture.of(rule)) {
      fixture.run(0, 6);
      return fixture.values();
    }
  }

  /**
   * All words of an enum or flag; the default of a number, some near it and, as a warm-up of one
   * step is none, an interval may be longer than the run and a guard does nothing until it is
   * reached, some farther.
   */
  private static List<Object> settings(
      Class<? extends Rule> rule, Map<String, Object> base, Knobs.Declared knob) {
    if (knob.type().isEnum()) {
      return List.copyOf(knob.choices());
    }
    if (knob.type() == boolean.class) {
      return List.of(false, true);
    }
    // A knob that acts only far from its default names a value of its own near which it does.
    Object usual = base.getOrDefault(knob.key(), knob.defaultValue());
    double standard = Double.parseDouble(usual.toString());
    List<Object> candidates =
        knob.type() == long.class
            ? List.of((long) standard + 1, (long) standard - 1, (long) standard + 2, 1L)
            : List.of(
                standard * 1.25,
                standard * 0.75,
                standard + 0.1,
                standard - 0.1,
                1.0,
                standard * 1e4);
    return Stream.concat(Stream.of(usual), candidates.stream())
        .distinct()
        .filter(candidate -> isAllowed(rule, base, knob.key(), candidate))
        .toList();
  }

  private static boolean isAllowed(
      Class<? extends Rule> rule, Map<String, Object> base, String key, Object candidate) {
    Map<String, Object> given = new TreeMap<>(base);
    given.put(key, candidate);
    try {
      Rules.make(rule, given);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
