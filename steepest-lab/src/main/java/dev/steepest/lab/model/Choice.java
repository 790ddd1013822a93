package dev.steepest.lab.model;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Checked values for all settings of one network; what was not given has its default. */
public final class Choice {
  private final Map<String, Object> values = new HashMap<>();

  public Choice(String network, List<Setting> settings, Map<String, ?> given) {
    List<String> known = settings.stream().map(Setting::key).toList();
    for (String key : given.keySet()) {
      Check.that(
          known.contains(key),
          "Network '%s' has no setting '%s'; it has %s.".formatted(network, key, known));
    }
    for (Setting setting : settings) {
      Object value = given.get(setting.key());
      values.put(setting.key(), setting.check(value == null ? setting.standard() : value));
    }
  }

  public int integer(String key) {
    return (Integer) values.get(key);
  }

  public String word(String key) {
    return (String) values.get(key);
  }

  /** The constant of the word that {@link Setting#word(String, Enum, String)} admitted. */
  public <E extends Enum<E>> E constant(String key, Class<E> type) {
    return Enum.valueOf(type, word(key).toUpperCase(Locale.ROOT));
  }

  public double real(String key) {
    return (Double) values.get(key);
  }

  @SuppressWarnings("unchecked") // Setting.check made it
  public List<Integer> integers(String key) {
    return (List<Integer>) values.get(key);
  }
}
