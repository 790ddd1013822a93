package dev.steepest.lab.model;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One knob of a network, declared once: the experiment vocabulary, the checks and the documentation
 * all come from here.
 *
 * @param key name in an experiment file
 * @param type what values look like
 * @param standard the default: an Integer, a Double, a {@code List<Integer>} or a String by type
 * @param least smallest allowed value (of each element, for a list); of no meaning for words
 * @param most largest allowed value (of each element, for a list); of no meaning for words
 * @param words the allowed ones; of no meaning for numbers
 * @param meaning one line for the documentation
 */
public record Setting(
    String key,
    Type type,
    Object standard,
    double least,
    double most,
    List<String> words,
    String meaning) {

  /** The kinds of value a setting takes. */
  public enum Type {
    INTEGER,
    REAL,
    /** A list of integers, or a text of integers with commas or blanks between: "512, 256". */
    INTEGERS,
    /** One of a few words. */
    WORD
  }

  public static Setting integer(String key, int standard, int least, int most, String meaning) {
    return new Setting(key, Type.INTEGER, standard, least, most, List.of(), meaning);
  }

  public static Setting real(
      String key, double standard, double least, double most, String meaning) {
    return new Setting(key, Type.REAL, standard, least, most, List.of(), meaning);
  }

  public static Setting integers(
      String key, List<Integer> standard, int least, int most, String meaning) {
    return new Setting(key, Type.INTEGERS, standard, least, most, List.of(), meaning);
  }

  public static Setting word(String key, String standard, List<String> words, String meaning) {
    return new Setting(key, Type.WORD, standard, 0, 0, List.copyOf(words), meaning);
  }

  /** One of an enum's constants, written in lower case. */
  public static <E extends Enum<E>> Setting word(String key, E standard, String meaning) {
    List<String> words =
        Stream.of(standard.getDeclaringClass().getEnumConstants()).map(Setting::word).toList();
    return word(key, word(standard), words, meaning);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The value in this setting's type, or an error that says what is allowed. */
  public Object check(Object value) {
    return switch (type) {
      case INTEGER -> integer(value);
      case REAL -> {
        Check.that(value instanceof Number, wrong(value, "a number"));
        double real = ((Number) value).doubleValue();
        Check.range(key, real, least, most);
        yield real;
      }
      case INTEGERS -> {
        List<?> elements =
            switch (value) {
              case List<?> list -> list;
              case String text -> integers(text);
              default -> List.of(value);
            };
        Check.that(!elements.isEmpty(), wrong(value, "a list of integers"));
        yield elements.stream().map(this::integer).toList();
      }
      case WORD -> {
        Check.that(
            value instanceof String word && words.contains(word),
            "%s = %s is not one of %s (default %s)."
                .formatted(key, value, String.join(", ", words), standard));
        yield value;
      }
    };
  }

  private List<Integer> integers(String text) {
    try {
      return Stream.of(text.strip().split("[,\\s]+")).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong(text, "a list of integers"), e);
    }
  }

  private Integer integer(Object value) {
    Check.that(
        value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue()),
        wrong(value, "an integer"));
    Check.range(key, ((Number) value).doubleValue(), least, most);
    return ((Number) value).intValue();
  }

  private String wrong(Object value, String expected) {
    return "%s = %s is not %s between %s and %s (default %s)."
        .formatted(key, value, expected, Check.plain(least), Check.plain(most), standard);
  }
}
