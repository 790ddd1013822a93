package dev.steepest.optim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hyper-parameters of a record, read from its {@link Knob}s: component {@code rankFraction} is
 * configuration key {@code rank_fraction}.
 *
 * <p>Values outside Java code are {@link Double}, {@link Long}, {@link Boolean} or, for an enum,
 * the lower-case name of its constant.
 */
public final class Knobs {

  private Knobs() {}

  /**
   * One hyper-parameter as configuration sees it.
   *
   * @param key its name in configuration
   * @param type double, long, boolean or an enum class
   * @param defaultValue Double, Long, Boolean or an enum constant's lower-case name
   * @param range allowed numbers; {@link Range#ANY} for other types
   * @param symbol the source's symbol
   * @param about one line
   * @param activeWith settings under which it has an effect; see {@link Knob#activeWith}
   */
  public record Declared(
      String key,
      Class<?> type,
      Object defaultValue,
      Range range,
      String symbol,
      String about,
      String activeWith) {

    /** The same hyper-parameter with another default, as a preset gives it. */
    public Declared withDefault(Object value) {
      return new Declared(key, type, value, range, symbol, about, activeWith);
    }

    /** The allowed words of an enum; empty for other types. */
    public List<String> choices() {
      return type.isEnum()
          ? Arrays.stream(type.getEnumConstants()).map(c -> word((Enum<?>) c)).toList()
          : List.of();
    }

    /** What is allowed, for messages and documentation. */
    public String allowed() {
      if (type.isEnum()) {
        return "one of " + String.join(", ", choices());
      }
      if (type == boolean.class) {
        return "true or false";
      }
      String noun = type == long.class ? "a whole number" : "a number";
      return range.equals(Range.ANY) ? noun : noun + " in " + range;
    }
  }

  /** The hyper-parameters of {@code type}, in its order. */
  public static List<Declared> of(Class<? extends Record> type) {
    List<Declared> all = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Knob knob = component.getAnnotation(Knob.class);
      if (knob == null) {
        throw new IllegalArgumentException(
            type.getSimpleName()
                + "."
                + component.getName()
                + " has no @Knob: every component needs one");
      }
      Range range = Range.parse(knob.range());
      Declared raw =
          new Declared(
              snakeCase(component.getName()),
              component.getType(),
              null,
              range,
              knob.symbol(),
              knob.about(),
              knob.activeWith());
      KnobValue value = KnobValue.read(raw, knob.value());
      if (value.problem() != null) {
        throw new IllegalArgumentException(
            "default of " + type.getSimpleName() + "." + value.problem());
      }
      all.add(raw.withDefault(value.plain()));
    }
    return List.copyOf(all);
  }

  /**
   * A record from configuration: given values over defaults.
   *
   * @throws IllegalArgumentException listing every problem at once: unknown keys, values of the
   *     wrong type, values out of range with what is allowed
   */
  public static <H extends Record> H make(Class<H> type, Map<String, ?> given) {
    List<Declared> declared = of(type);
    List<String> problems = new ArrayList<>(problems(declared, given));
    if (problems.isEmpty()) {
      try {
        return construct(type, declared, given);
      } catch (IllegalArgumentException inconsistent) {
        problems.add(inconsistent.getMessage());
      }
    }
    throw new IllegalArgumentException(name(type) + ": " + String.join("; ", problems));
  }

  /** What is wrong with {@code given} for these hyper-parameters; empty where nothing is. */
  static List<String> problems(List<Declared> declared, Map<String, ?> given) {
    return problems(declared, List.of(), given);
  }

  /** As {@link #problems(List, Map)}, where further keys, checked elsewhere, may be meant. */
  static List<String> problems(
      List<Declared> declared, List<String> further, Map<String, ?> given) {
    List<String> problems = new ArrayList<>();
    List<String> keys =
        Stream.concat(declared.stream().map(Declared::key), further.stream()).toList();
    for (String key : given.keySet()) {
      if (!keys.contains(key)) {
        problems.add(
            "unknown key '"
                + key
                + "'"
                + Suggestion.among(keys, key)
                + "; known: "
                + String.join(", ", keys));
      }
    }
    for (Declared knob : declared) {
      if (given.containsKey(knob.key())) {
        String problem = KnobValue.read(knob, given.get(knob.key())).problem();
        if (problem != null) {
          problems.add(problem);
        }
      }
    }
    return problems;
  }

  /** The values of a record as configuration would write them, in the record's order. */
  public static Map<String, Object> values(Record hyper) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent component : hyper.getClass().getRecordComponents()) {
      Object value = read(hyper, component);
      values.put(
          snakeCase(component.getName()),
          value instanceof Enum<?> constant ? word(constant) : value);
    }
    return Collections.unmodifiableMap(values);
  }

  /**
   * Checks a record that was constructed directly.
   *
   * @throws IllegalArgumentException listing every value out of range
   */
  static void check(Record hyper) {
    List<String> problems = problems(of(hyper.getClass()), values(hyper));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          name(hyper.getClass()) + ": " + String.join("; ", problems));
    }
  }

  /** The configuration key of the component called {@code component}: {@code rank_fraction}. */
  public static String key(String component) {
    return snakeCase(component);
  }

  /** {@code name(key=value …)} of a rule or wrapper. */
  static String describe(Object hyper) {
    String values =
        hyper instanceof Record known
            ? values(known).entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "))
            : "";
    return name(hyper.getClass()) + "(" + values + ")";
  }

  /** The lower-case name of an enum constant. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The name of a rule in messages: lower-case, words joined by underscores. */
  public static String name(Class<?> type) {
    return snakeCase(type.getSimpleName());
  }

  private static <H extends Record> H construct(
      Class<H> type, List<Declared> declared, Map<String, ?> given) {
    Object[] arguments = new Object[declared.size()];
    Class<?>[] types = new Class<?>[declared.size()];
    for (int i = 0; i < arguments.length; i++) {
      Declared knob = declared.get(i);
      Object value = given.containsKey(knob.key()) ? given.get(knob.key()) : knob.defaultValue();
      arguments[i] = KnobValue.read(knob, value).argument();
      types[i] = knob.type();
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(thrown.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(type + " cannot be constructed", impossible);
    }
  }

  private static Object read(Record hyper, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(hyper);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(hyper.getClass() + " cannot be read", impossible);
    }
  }

  private static String snakeCase(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
