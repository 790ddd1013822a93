package dev.steepest.study.sweep;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What a text of a sweep file stands for: a whole number, a number, true or false, or itself. */
final class Literals {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9][0-9_]*");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9][0-9_]*\\.?[0-9_]*|\\.[0-9][0-9_]*)([eE][-+]?[0-9]{1,4})?");

  private Literals() {}

  /** {@link Long}, {@link Double}, {@link Boolean} or {@link String}. */
  static Object value(String text) {
    OptionalLong whole = whole(text);
    if (whole.isPresent()) {
      return whole.getAsLong();
    }
    OptionalDouble number = number(text);
    if (number.isPresent()) {
      return number.getAsDouble();
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }

  static OptionalLong whole(String text) {
    if (!WHOLE.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text.replace("_", "")));
    } catch (NumberFormatException _) { // more than 63 bits
      return OptionalLong.empty();
    }
  }

  static OptionalDouble number(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return OptionalDouble.empty();
    }
    double number = Double.parseDouble(text.replace("_", ""));
    return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
  }
}
