package dev.steepest.optim.golden;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The hyper-parameters of a recorded run, taken out one by one; what is left at the end is unknown.
 */
final class Recorded {

  /**
   * Ways to compute the same, ascent, which {@link Trajectory} follows, and how many parameters a
   * group has.
   */
  private static final List<String> ELSEWHERE =
      List.of(
          "foreach", "fused", "capturable", "differentiable", "use_triton", "maximize", "n_params");

  private static final long ENDLESS = 1L << 52; // whole numbers end at 2⁵³ here

  private final Map<String, JsonNode> left = new TreeMap<>();
  private final Map<String, Object> hyper = new TreeMap<>();
  private Map<String, Object> defaults = Map.of();

  private Recorded() {}

  static Recorded of(JsonNode object) {
    return new Recorded().with(object);
  }

  /** What was given over what was in effect, for runs of one group whose given names say all. */
  static Recorded ofCase(JsonNode recordedCase) {
    return ofCase(recordedCase, recordedCase.get("hyper"), _ -> true);
  }

  /** What was given over what was in effect in the one group that {@code which} is true of. */
  static Recorded ofCase(JsonNode recordedCase, JsonNode given, Predicate<JsonNode> which) {
    List<JsonNode> groups =
        recordedCase.path("effective_param_groups").valueStream().filter(which).toList();
    Recorded recorded = new Recorded();
    return (groups.size() == 1 ? recorded.with(groups.getFirst()) : recorded).with(given);
  }

  /** Whether the run goes uphill. */
  static boolean maximizes(JsonNode recordedCase) {
    JsonNode hyper = recordedCase.path("hyper");
    return Stream.of(
            hyper,
            hyper.path("inner_hyper"),
            hyper.path("base_hyper"),
            recordedCase.path("effective_param_groups").path(0))
        .anyMatch(settings -> settings.path("maximize").asBoolean(false));
  }

  private Recorded with(JsonNode object) {
    object
        .propertyStream()
        .filter(field -> !ELSEWHERE.contains(field.getKey()))
        .forEach(field -> left.put(field.getKey(), field.getValue()));
    return this;
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

  /** Whether the number recorded under a name that is lies below 0. */
  boolean isNegative(String name) {
    return left.get(name).asDouble(0) < 0;
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

  /** A whole number, which may be endless. */
  Recorded whole(String name, String key) {
    JsonNode value = take(name);
    if (value == null) {
      return this;
    }
    boolean endless = value.isString() && value.asString().equals("Infinity");
    return set(key, endless ? ENDLESS : value.asLong());
  }

  Recorded pair(String name, String first, String second) {
    return several(name, first, second);
  }

  /** A list, one hyper-parameter for each of its numbers. */
  Recorded several(String name, String... keys) {
    JsonNode value = take(name);
    List<?> numbers =
        value != null && !value.isNull()
            ? value.valueStream().map(JsonNode::asDouble).toList()
            : (List<?>) defaults.get(name);
    if (numbers == null || numbers.size() != keys.length) {
      throw new IllegalArgumentException(
          "recorded " + name + " is " + value + " and not " + keys.length + " numbers");
    }
    for (int i = 0; i < keys.length; i++) {
      set(keys[i], numbers.get(i));
    }
    return this;
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

  /** What has been read so far, in this library's words. */
  Map<String, Object> hyper() {
    return hyper;
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
