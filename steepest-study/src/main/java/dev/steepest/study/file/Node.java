package dev.steepest.study.file;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A piece of a file that knows where it stands. */
public sealed interface Node {

  /** Where it stands: {@code file:line}, or the command-line option that gave it. */
  String where();

  /** The same as YAML in one line. */
  default String flow() {
    return switch (this) {
      case Scalar s -> s.text();
      case Broken _ -> "";
      case Sequence s ->
          s.items().stream().map(Node::inner).collect(Collectors.joining(", ", "[", "]"));
      case Mapping m ->
          m.entries().entrySet().stream()
              .map(e -> e.getKey() + ": " + e.getValue().inner())
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  /** The same as YAML in one line that reads back as this, whatever texts hold. */
  default String asValue() {
    return this instanceof Scalar ? inner() : flow();
  }

  /** Within brackets, where commas and braces of a text would be read as the brackets'. */
  private String inner() {
    return this instanceof Scalar(String text, _, _) && !text.matches("[\\w.+ /-]+")
        ? "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\""
        : flow();
  }

  /**
   * A value as it is written.
   *
   * @param origin what it was computed from, e.g. {@code " (= 2 * lr, with lr = 3)"}; empty where
   *     the file has it as it is
   */
  record Scalar(String text, String where, String origin) implements Node {
    public Scalar(String text, String where) {
      this(text, where, "");
    }
  }

  /** A value found wrong, of which the problems tell already; whoever meets it stays silent. */
  record Broken(String where) implements Node {}

  record Sequence(List<Node> items, String where) implements Node {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Entries keep the order of the file. */
  record Mapping(Map<String, Node> entries, String where) implements Node {
    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    public Mapping with(String key, Node value) {
      Mapping copy = new Mapping(entries, where);
      copy.entries.put(key, value);
      return copy;
    }

    public Mapping without(String key) {
      Mapping copy = new Mapping(entries, where);
      copy.entries.remove(key);
      return copy;
    }
  }
}
