package dev.steepest.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The wrappers that settings give by name, next to hyper-parameters: {@code sam: {rho: 0.05}}. */
final class Wrapping {

  /** Every wrapper on the class path, by the key of its settings. */
  static final SortedMap<String, Class<? extends Wrapper>> BY_KEY = byKey();

  private Wrapping() {}

  static List<String> keys() {
    return List.copyOf(BY_KEY.keySet());
  }

  static List<String> problems(Map<String, ?> settings) {
    List<String> problems = new ArrayList<>();
    BY_KEY.forEach((key, type) -> {
      if (!settings.containsKey(key)) {
        return;
      }
      if (!(settings.get(key) instanceof Map)) {
        problems.add(
            key
                + " is "
                + settings.get(key)
                + " but must be a map of hyper-parameters; {} for its defaults");
        return;
      }
      Map<String, Object> given = given(key, settings);
      List<String> own = Knobs.problems(Knobs.of(Wrappers.hyper(type)), given);
      own.forEach(problem -> problems.add("in '" + key + "': " + problem));
      if (own.isEmpty()) {
        try {
          Wrappers.make(type, given);
        } catch (IllegalArgumentException inconsistent) {
          problems.add(inconsistent.getMessage());
        }
      }
    });
    return problems;
  }

  /** Those that are given, with every default filled in, nested under their keys. */
  static Map<String, Object> complete(Map<String, ?> settings) {
    Map<String, Object> complete = new TreeMap<>();
    for (Wrapper wrapper : make(settings)) {
      complete.put(
          Wrappers.name(wrapper.getClass()), new TreeMap<>(Knobs.values((Record) wrapper)));
    }
    return complete;
  }

  /** Those that are given, outermost first. */
  static List<Wrapper> make(Map<String, ?> settings) {
    List<Wrapper> made = new ArrayList<>();
    BY_KEY.forEach((key, type) -> {
      if (settings.containsKey(key)) {
        made.add(Wrappers.make(type, given(key, settings)));
      }
    });
    made.sort(Wrappers.OUTERMOST_FIRST);
    return made;
  }

  private static Map<String, Object> given(String key, Map<String, ?> settings) {
    Map<String, Object> given = new TreeMap<>();
    ((Map<?, ?>) settings.get(key)).forEach((name, value) -> given.put("" + name, value));
    return given;
  }

  private static SortedMap<String, Class<? extends Wrapper>> byKey() {
    Map<String, Class<? extends Wrapper>> all = new LinkedHashMap<>();
    Wrappers.all().forEach(type -> all.put(Wrappers.name(type), type));
    return new TreeMap<>(all);
  }
}
