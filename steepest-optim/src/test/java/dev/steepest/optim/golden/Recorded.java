package dev.steepest.optim.golden;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The hyper-parameters of a recorded run, taken out one by one; what is left at the end is unknown.
 */
final class Recorded {

  private final Map<String, JsonNode> left = new TreeMap<>();
  private final Map<String, Object> hyper = new TreeMap<>();
  private Map<String, Object> defaults = Map.of();

  private Recorded() {}

  static Recorded of(JsonNode object) {
    Recorded recorded = new Recorded();
    object.propertyStream().forEach(field -> recorded.left.put(field.getKey(), field.getValue()));
    return recorded;
  }

  /** What was given over what was in effect, for runs of one group whose given names say all. */
  static Recorded ofCase(JsonNode recordedCase) {
    Recorded recorded = new Recorded();
    JsonNode groups = recordedCase.get("effective_param_groups");
    if (groups != null && groups.size() == 1) {
      groups
          .get(0)
          .propertyStream()
          .filter(field -> !field.getKey().equals("n_params"))
          .forEach(field -> recorded.left.put(field.getKey(), field.getValue()));
    }
    recordedCase
        .get("hyper")
        .propertyStream()
        .forEach(field -> recorded.left.put(field.getKey(), field.getValue()));
    return recorded;
  }

  /** Values that the reference has where nothing is recorded. */
  void defaults(Map<String, Object> values) {
    defaults = values;
  }

  boolean has(String name) {
    return left.containsKey(name);
  }

  /** Whether nothing is recorded under a name that is. */
  boolean isNull(String name) {
    return left.get(name).isNull();
  }

  JsonNode take(String name) {
    return left.remove(name);
  }

  Recorded set(String key, Object value) {
    hyper.put(key, value);
    return this;
  }

  Recorded drop(String... names) {
    Stream.of(names).forEach(left::remove);
    return this;
  }

  /** Hyper-parameters of the same name here. */
  Recorded same(String... names) {
    Stream.of(names).forEach(name -> as(name, name));
    return this;
  }

  Recorded as(String name, String key) {
    JsonNode value = take(name);
    if (value != null) {
      set(key, plain(value));
    } else if (defaults.containsKey(name)) {
      set(key, defaults.get(name));
    }
    return this;
  }

  Recorded pair(String name, String first, String second) {
    JsonNode value = take(name);
    return set(first, value.get(0).asDouble()).set(second, value.get(1).asDouble());
  }

  /** A hyper-parameter whose values have other names here. */
  Recorded words(String name, String key, Map<String, String> words) {
    JsonNode value = take(name);
    Object said = value != null ? plain(value) : defaults.get(name);
    if (said == null && value == null) {
      return this;
    }
    String word = words.get(String.valueOf(said));
    if (word == null) {
      throw new IllegalArgumentException("unknown value of recorded " + name + ": " + said);
    }
    return set(key, word);
  }

  Map<String, Object> finish() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "recorded hyper-parameters without a translation: " + left);
    }
    return hyper;
  }

  private static Object plain(JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    if (value.isNumber()) {
      return value.asDouble();
    }
    return value.isNull() ? "null" : value.asString();
  }
}
