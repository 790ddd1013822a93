package dev.steepest.study.sweep;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The values of a trial as text, which keeps each of its types and every bit of its numbers. */
final class TrialValues {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private TrialValues() {}

  static String write(SortedMap<String, Object> values) {
    values.forEach(TrialValues::check);
    return JSON.writeValueAsString(values);
  }

  static SortedMap<String, Object> read(String text) {
    Map<String, Object> read = JSON.readValue(text, new TypeReference<Map<String, Object>>() {});
    return new TreeMap<>(read);
  }

  private static void check(String name, Object value) {
    boolean fits =
        switch (value) {
          case String _, Long _, Boolean _ -> true;
          case Double number -> Double.isFinite(number);
          default -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "no value of a trial: %s = %s (%s)"
              .formatted(name, value, value.getClass().getSimpleName()));
    }
  }
}
