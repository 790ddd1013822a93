package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Knobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Turns a hyper-parameter, under the settings in which it says that it acts, and sees the
 * trajectory change: a knob that nothing hangs on is a defect.
 *
 * @param type the record of hyper-parameters
 * @param make from configuration
 * @param trajectory of what was made
 * @param <T> what is made
 */
record KnobTurn<T>(
    Class<? extends Record> type,
    Function<Map<String, Object>, T> make,
    Function<T, List<double[]>> trajectory) {

  void turn(Knobs.Declared knob) {
    Map<String, Object> base = new TreeMap<>();
    for (String pair : knob.activeWith().isEmpty() ? new String[0] : knob.activeWith().split(",")) {
      base.put(pair.split("=")[0], pair.split("=")[1]);
    }
    assertThat(Knobs.of(type).stream().map(Knobs.Declared::key))
        .as("settings under which %s acts", knob.key())
        .containsAll(base.keySet());
    List<Object> settings = settings(base, knob);
    assertThat(settings).as("values of %s", knob.key()).hasSizeGreaterThan(1);
    List<List<double[]>> trajectories = new ArrayList<>();
    for (Object setting : settings) {
      Map<String, Object> given = new TreeMap<>(base);
      given.put(knob.key(), setting);
      trajectories.add(trajectory.apply(make.apply(given)));
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

  /**
   * All words of an enum or flag; the default of a number, some near it and, as a warm-up of one
   * step is none, an interval may be longer than the run and a guard does nothing until it is
   * reached, some farther.
   */
  private List<Object> settings(Map<String, Object> base, Knobs.Declared knob) {
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
        .filter(candidate -> isAllowed(base, knob.key(), candidate))
        .toList();
  }

  private boolean isAllowed(Map<String, Object> base, String key, Object candidate) {
    Map<String, Object> given = new TreeMap<>(base);
    given.put(key, candidate);
    try {
      return make.apply(given) != null;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
