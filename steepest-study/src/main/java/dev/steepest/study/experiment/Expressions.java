package dev.steepest.study.experiment;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts values in the place of expressions: every value of a file that starts with {@code =}.
 *
 * <p>An expression that is only the name of a flag takes the flag's value as it is, a word too;
 * every other is {@link Arithmetic} over flags that are numbers.
 */
final class Expressions {
  private final Map<String, Node> flags;
  private final Problems problems;

  /**
   * @param flags by name; a {@link Sequence} can only stand alone, as in {@code "= seeds"}
   */
  Expressions(Map<String, Node> flags, Problems problems) {
    this.flags = flags;
    this.problems = problems;
  }

  static boolean isExpression(Scalar scalar) {
    return scalar.text().startsWith("=");
  }

  /** The names that expressions in {@code node} use, known or not. */
  static Set<String> names(Node node) {
    Set<String> names = new LinkedHashSet<>();
    scalars(node)
        .filter(Expressions::isExpression)
        .forEach(s -> parse(s).ifPresent(a -> names.addAll(a.names())));
    return names;
  }

  private static Optional<Arithmetic> parse(Scalar scalar) {
    try {
      return Optional.of(Arithmetic.parse(formula(scalar)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // evaluate says what is wrong with it
    }
  }

  private static Stream<Scalar> scalars(Node node) {
    return switch (node) {
      case Scalar s -> Stream.of(s);
      case Broken _ -> Stream.empty();
      case Sequence list -> list.items().stream().flatMap(Expressions::scalars);
      case Mapping m -> m.entries().values().stream().flatMap(Expressions::scalars);
    };
  }

  private static String formula(Scalar scalar) {
    return scalar.text().substring(1).strip();
  }

  /**
   * The same node with a value for every expression, {@link Broken} where there is none.
   *
   * @param path how messages call the node, e.g. {@code optimizer}
   */
  Node evaluate(String path, Node node) {
    return switch (node) {
      case Scalar s when isExpression(s) -> value(path, s);
      case Scalar _, Broken _ -> node;
      case Sequence list ->
          new Sequence(
              list.items().stream().map(item -> evaluate(path, item)).toList(), list.where());
      case Mapping m -> {
        Map<String, Node> entries = new LinkedHashMap<>();
        m.entries().forEach((key, value) -> entries.put(key, evaluate(path + "." + key, value)));
        yield new Mapping(entries, m.where());
      }
    };
  }

  private Node value(String path, Scalar scalar) {
    Arithmetic arithmetic;
    try {
      arithmetic = Arithmetic.parse(formula(scalar));
    } catch (IllegalArgumentException e) {
      return broken(scalar, path + ": " + e.getMessage());
    }
    List<String> unknown =
        arithmetic.names().stream().filter(name -> !flags.containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      unknown.forEach(name ->
          problems.add(
              scalar.where(),
              "%s: %s (%s)"
                  .formatted(path, Problems.unknown("flag", name, flags.keySet()), scalar.text())));
      return new Broken(scalar.where());
    }
    Node alone = flags.get(formula(scalar));
    return alone != null ? taken(alone, scalar) : computed(path, scalar, arithmetic);
  }

  /** A flag's value in the place of its name. */
  private Node taken(Node value, Scalar scalar) {
    return switch (value) {
      case Scalar s ->
          new Scalar(s.text(), scalar.where(), origin(scalar, List.of(formula(scalar))));
      case Sequence list ->
          new Sequence(
              list.items().stream().map(item -> taken(item, scalar)).toList(), scalar.where());
      case Broken _, Mapping _ -> new Broken(scalar.where());
    };
  }

  private Node computed(String path, Scalar scalar, Arithmetic arithmetic) {
    Map<String, BigDecimal> numbers = new LinkedHashMap<>();
    for (String name : arithmetic.names()) {
      Node flag = flags.get(name);
      Optional<BigDecimal> number =
          flag instanceof Scalar s ? ScalarReader.decimal(s.text()) : Optional.empty();
      if (number.isEmpty()) {
        return flag instanceof Broken
            ? flag
            : broken(
                scalar,
                "%s: '%s' needs a number for '%s', which is %s"
                    .formatted(path, formula(scalar), name, spoken(flag)));
      }
      numbers.put(name, number.get());
    }
    String origin = origin(scalar, List.copyOf(arithmetic.names()));
    try {
      BigDecimal value = arithmetic.value(numbers);
      double nearest = value.doubleValue();
      return Double.isFinite(nearest)
          ? new Scalar(written(value, nearest), scalar.where(), origin)
          : broken(scalar, "%s%s: it is beyond all numbers".formatted(path, origin));
    } catch (ArithmeticException e) {
      return broken(scalar, "%s%s: %s".formatted(path, origin, e.getMessage()));
    }
  }

  /** A whole number without a point, so that it may stand where one is needed. */
  private static String written(BigDecimal value, double nearest) {
    // Beyond 2^53 a double holds whole numbers only, which no setting counts with.
    boolean whole = Math.abs(nearest) <= 0x1p53 && value.stripTrailingZeros().scale() <= 0;
    return whole ? value.toBigInteger().toString() : Double.toString(nearest);
  }

  private String origin(Scalar scalar, List<String> names) {
    List<String> values = new ArrayList<>();
    names.forEach(name -> values.add(name + " = " + text(flags.get(name))));
    return " (= %s%s)"
        .formatted(formula(scalar), values.isEmpty() ? "" : ", with " + String.join(", ", values));
  }

  private static String spoken(Node flag) {
    String value = flag instanceof Sequence ? "a list, " + text(flag) : "'" + text(flag) + "'";
    return value + " (" + flag.where() + ")";
  }

  private static String text(Node flag) {
    return switch (flag) {
      case Scalar s -> s.text();
      case Sequence list -> list.items().stream().map(Expressions::text).toList().toString();
      case Broken _, Mapping _ -> "?";
    };
  }

  private Broken broken(Scalar scalar, String what) {
    problems.add(scalar.where(), what);
    return new Broken(scalar.where());
  }
}
