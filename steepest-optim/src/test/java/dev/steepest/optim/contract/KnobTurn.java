package dev.steepest.optim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.optim.Knobs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /**
   * Further settings for enums of which some words mean the same under the usual ones: a cap that
   * is far away, a default word that is another for each norm, a mode that looks at equal sides.
   */
  private static final Map<String, String> FURTHER =
      Map.of(
          "adafactor.step_size", "lr=0.9",
          "psgd_kron.memory_save_mode", "min_ndim_triangular=1",
          "scion.scaling", "norm=col_norm",
          "scion_light.scaling", "norm=col_norm");

  void turn(Knobs.Declared knob) {
    Map<String, Object> base = settings(knob.activeWith());
    assertThat(Knobs.of(type).stream().map(Knobs.Declared::key))
        .as("settings under which %s acts", knob.key())
        .containsAll(base.keySet());
    List<Object> values = values(base, knob);
    assertThat(values).as("values of %s", knob.key()).hasSizeGreaterThan(1);
    List<List<double[]>> trajectories = trajectories(base, knob, values);
    if (knob.type().isEnum()) {
      allDiffer(knob, values, trajectories);
    } else {
      eachDiffersFromSome(knob, values, trajectories);
    }
  }

  /** {@code "key=value"} pairs joined by commas. */
  private static Map<String, Object> settings(String text) {
    Map<String, Object> settings = new TreeMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",")) {
      settings.put(pair.split("=")[0], pair.split("=")[1]);
    }
    return settings;
  }

  private List<List<double[]>> trajectories(
      Map<String, Object> base, Knobs.Declared knob, List<Object> values) {
    List<List<double[]>> trajectories = new ArrayList<>();
    for (Object value : values) {
      Map<String, Object> given = new TreeMap<>(base);
      given.put(knob.key(), value);
      trajectories.add(trajectory.apply(make.apply(given)));
    }
    return trajectories;
  }

  /** Every two words of an enum: one that does as another does may be dead. */
  private void allDiffer(
      Knobs.Declared knob, List<Object> words, List<List<double[]>> trajectories) {
    String name = Knobs.name(type) + "." + knob.key();
    Set<Set<Object>> alike = alike(words, trajectories);
    if (FURTHER.containsKey(name)) {
      assertThat(alike).as("words of %s that need further settings", name).isNotEmpty();
      alike.retainAll(alike(words, trajectories(settings(FURTHER.get(name)), knob, words)));
    }
    assertThat(alike).as("words of %s that do the same", name).isEmpty();
  }

  private static Set<Set<Object>> alike(List<Object> words, List<List<double[]>> trajectories) {
    Set<Set<Object>> alike = new HashSet<>();
    for (int i = 0; i < words.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (Fixture.equal(trajectories.get(i), trajectories.get(j))) {
          alike.add(Set.of(words.get(i), words.get(j)));
        }
      }
    }
    return alike;
  }

  /** A floor or a warm-up need not feel every small change, nor an interval every length. */
  private static void eachDiffersFromSome(
      Knobs.Declared knob, List<Object> values, List<List<double[]>> trajectories) {
    for (int i = 0; i < values.size(); i++) {
      List<double[]> one = trajectories.get(i);
      assertThat(trajectories.stream().anyMatch(other -> !Fixture.equal(one, other)))
          .as("%s=%s differs from some other of %s", knob.key(), values.get(i), values)
          .isTrue();
    }
  }

  /**
   * All words of an enum or flag; the default of a number, some near it and, as a warm-up of one
   * step is none, an interval may be longer than the run and a guard does nothing until it is
   * reached, some farther.
   */
  private List<Object> values(Map<String, Object> base, Knobs.Declared knob) {
    if (knob.type().isEnum()) {
      return knob.choices().stream()
          .<Object>map(word -> word)
          .filter(word -> isAllowed(base, knob.key(), word))
          .toList();
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
