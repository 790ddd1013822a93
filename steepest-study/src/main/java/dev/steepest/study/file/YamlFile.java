package dev.steepest.study.file;

import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Reads YAML into {@link Node}s, which keep their line numbers. */
public final class YamlFile {
  private static final YAMLFactory YAML = new YAMLFactory();

  private final JsonParser parser;
  private final String file;
  private final Problems problems;

  private YamlFile(JsonParser parser, String file, Problems problems) {
    this.parser = parser;
    this.file = file;
    this.problems = problems;
  }

  /**
   * Reads a whole file; syntax errors and repeated keys go to {@code problems}.
   *
   * @param beginning how such a file begins, for an empty one, e.g. {@code "an experiment starts
   *     with 'name: …'"}
   */
  public static Mapping read(String text, String file, String beginning, Problems problems) {
    Node root = node(text, file, problems);
    if (root instanceof Mapping mapping) {
      return mapping;
    }
    if (problems.isEmpty()) {
      problems.add(file, "is empty or holds no keys; " + beginning);
    }
    return new Mapping(Map.of(), file);
  }

  /** Reads one value as it may stand behind {@code --set key=}; {@code where} names the option. */
  public static Node value(String text, String where, Problems problems) {
    Node node = node(text, where, problems);
    return relocate(node, where);
  }

  private static Node node(String text, String file, Problems problems) {
    try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return new Scalar("", file);
      }
      return new YamlFile(parser, file, problems).node();
    } catch (JacksonException e) {
      problems.add(
          e.getLocation() == null ? file : file + ":" + e.getLocation().getLineNr(),
          "is not valid YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
      return new Mapping(Map.of(), file);
    }
  }

  private static Node relocate(Node node, String where) {
    return switch (node) {
      case Scalar s -> new Scalar(s.text(), where);
      case Broken _ -> node;
      case Sequence s ->
          new Sequence(s.items().stream().map(i -> relocate(i, where)).toList(), where);
      case Mapping m -> {
        Map<String, Node> entries = new LinkedHashMap<>();
        m.entries().forEach((key, value) -> entries.put(key, relocate(value, where)));
        yield new Mapping(entries, where);
      }
    };
  }

  private Node node() {
    String where = file + ":" + parser.currentTokenLocation().getLineNr();
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      problems.add(
          where, "'*" + parser.getString() + "' stands for another value; write the value here");
      return new Broken(where);
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(where);
      case START_ARRAY -> sequence(where);
      case VALUE_NULL -> new Scalar("", where);
      default -> new Scalar(text(parser.getString()), where);
    };
  }

  /** The parser takes {@code ~} for a text, which YAML does not. */
  private static String text(String written) {
    return written == null || written.equals("~") ? "" : written.strip();
  }

  private Mapping mapping(String where) {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String keyWhere = file + ":" + parser.currentTokenLocation().getLineNr();
      parser.nextToken();
      if (entries.put(key, node()) != null) {
        problems.add(keyWhere, "'" + key + "' is given twice; keep one of them");
      }
    }
    return new Mapping(entries, where);
  }

  private Sequence sequence(String where) {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node());
    }
    return new Sequence(items, where);
  }
}
