package dev.steepest.study.experiment;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names for values that expressions use.
 *
 * @param values by name, each a {@link Scalar}, a {@link Sequence} of them, or {@link Broken}
 */
record Flags(Map<String, Node> values) {
  static final Flags NONE = new Flags(Map.of());

  Flags {
    values = new LinkedHashMap<>(values);
  }

  /** Flags by name, each as it was given, {@code owner} in messages. */
  static Flags read(Map<String, Node> given, String owner, Problems problems) {
    return read(new Mapping(given, owner), owner, problems);
  }

  /** Reads the flags of a file or of one of its arms, {@code owner} in messages. */
  static Flags read(Node node, String owner, Problems problems) {
    return switch (node) {
      case null -> NONE;
      case Scalar s when s.text().isEmpty() -> NONE;
      case Mapping m -> {
        Map<String, Node> values = new LinkedHashMap<>();
        m.entries()
            .forEach((name, value) -> {
              if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                problems.add(
                    value.where(),
                    "flag '%s'%s: a name is letters, digits and '_', so that expressions can hold it"
                        .formatted(name, owner));
              }
              values.put(name, checked(name + "'" + owner, value, problems));
            });
        yield new Flags(values);
      }
      default -> {
        problems.add(
            node.where(), "'flags'" + owner + " holds names with values, e.g. flags: {lr: 0.1}");
        yield NONE;
      }
    };
  }

  private static Node checked(String flag, Node value, Problems problems) {
    return switch (value) {
      case Scalar s when s.text().isEmpty() ->
          broken(value, "flag '" + flag + " has no value", problems);
      case Scalar s when Expressions.isExpression(s) ->
          broken(
              value,
              "flag '%s is '%s', but flags hold plain values and cannot refer to flags;"
                      .formatted(flag, s.text())
                  + " write the expression where the flag is used",
              problems);
      case Scalar _, Broken _ -> value;
      case Sequence list -> checked(flag, list, problems);
      case Mapping _ ->
          broken(
              value,
              "flag '" + flag + " is a number, a word, true or false, or a list of them",
              problems);
    };
  }

  private static Node checked(String flag, Sequence list, Problems problems) {
    if (list.items().isEmpty()) {
      return broken(list, "flag '" + flag + " lists no value, so the grid is empty", problems);
    }
    List<String> texts = new ArrayList<>();
    for (Node item : list.items()) {
      if (!(checked(flag, item, problems) instanceof Scalar s)) {
        return item instanceof Sequence
            ? broken(item, "flag '" + flag + " lists a list; write one list", problems)
            : new Broken(item.where());
      }
      if (texts.contains(s.text())) {
        return broken(item, "flag '%s lists '%s' twice".formatted(flag, s.text()), problems);
      }
      texts.add(s.text());
    }
    return list;
  }

  private static Broken broken(Node value, String what, Problems problems) {
    problems.add(value.where(), what);
    return new Broken(value.where());
  }

  /** These flags, with the values of {@code own} where it has the same. */
  Flags with(Flags own) {
    Map<String, Node> all = new LinkedHashMap<>(values);
    all.putAll(own.values);
    return new Flags(all);
  }

  boolean isList(String name) {
    return values.get(name) instanceof Sequence;
  }

  /**
   * One value for each flag.
   *
   * @param varied the values of flags that are lists of several
   */
  record Assignment(Map<String, Node> values, Map<String, String> varied) {
    private Assignment with(String name, Scalar value, boolean isVaried) {
      Assignment copy = new Assignment(new LinkedHashMap<>(values), new LinkedHashMap<>(varied));
      copy.values.put(name, value);
      if (isVaried) {
        copy.varied.put(name, value.text());
      }
      return copy;
    }
  }

  /** Every combination of the lists among {@code used}; other lists have no say. */
  List<Assignment> assignments(Collection<String> used) {
    List<Assignment> all = List.of(new Assignment(values, Map.of()));
    for (Map.Entry<String, Node> flag : values.entrySet()) {
      if (flag.getValue() instanceof Sequence list && used.contains(flag.getKey())) {
        all =
            all.stream()
                .flatMap(a ->
                    list.items().stream()
                        .map(Scalar.class::cast)
                        .map(item -> a.with(flag.getKey(), item, list.items().size() > 1)))
                .toList();
      }
    }
    return all;
  }
}
