package dev.steepest.study.track;

import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the trackers' own programs write it. */
final class Json {
  /** Not a number and infinities stand as Python writes them: {@code NaN}, {@code Infinity}. */
  private static final JsonMapper LIKE_PYTHON =
      JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

  private Json() {}

  /** A value of maps, lists, texts, numbers and booleans. */
  static String text(Object value) {
    return LIKE_PYTHON.writeValueAsString(value);
  }
}
