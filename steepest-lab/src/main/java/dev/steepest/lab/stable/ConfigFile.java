package dev.steepest.lab.stable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON object of settings, read without trust: whatever is wrong of it goes to a list of
 * problems, and the standard value takes its place. A key that is absent or null has its standard
 * value.
 */
final class ConfigFile {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path file;
  private final JsonNode root;
  private final List<String> problems;

  private ConfigFile(Path file, JsonNode root, List<String> problems) {
    this.file = file;
    this.root = root;
    this.problems = problems;
  }

  /** An empty object, and a problem, where the file is missing or no JSON object. */
  static ConfigFile read(Path file, List<String> problems) {
    JsonNode root = JsonNodeFactory.instance.objectNode();
    try {
      if (!Files.isRegularFile(file)) {
        problems.add(file + ": there is no such file");
      } else if (MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
        root = object;
      } else {
        problems.add(file + ": it is no JSON object");
      }
    } catch (IOException e) {
      problems.add(file + ": " + e.getMessage());
    } catch (JacksonException e) {
      problems.add(
          "%s:%d: %s".formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()));
    }
    return new ConfigFile(file, root, problems);
  }

  /** Adds a problem of this file. */
  void problem(String text) {
    problems.add(file + ": " + text);
  }

  int integer(String key, int standard) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return standard;
    }
    if (value.canConvertToInt() && value.isIntegralNumber() && value.asInt() >= 0) {
      return value.asInt();
    }
    problem("%s = %s is no whole number of at least 0".formatted(key, value));
    return standard;
  }

  double number(String key, double standard) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return standard;
    }
    if (value.isNumber()) {
      return value.asDouble();
    }
    problem("%s = %s is no number".formatted(key, value));
    return standard;
  }

  boolean flag(String key, boolean standard) {
    JsonNode value = value(key);
    if (!value.isMissingNode() && !value.isBoolean()) {
      problem("%s = %s is neither true nor false".formatted(key, value));
    }
    return value.isBoolean() ? value.asBoolean() : standard;
  }

  /** One of some words. */
  String word(String key, String standard, List<String> known) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return standard;
    }
    if (value.isString() && known.contains(value.asString())) {
      return value.asString();
    }
    problem("%s = %s is not supported; known: %s".formatted(key, value, String.join(", ", known)));
    return standard;
  }

  /** A list of whole numbers; a single number stands for {@code count} equal ones. */
  List<Integer> integers(String key, List<Integer> standard, int count) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return standard;
    }
    List<Integer> numbers = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(node -> numbers.add(node.asInt(-1)));
    } else {
      for (int i = 0; i < count; i++) {
        numbers.add(value.asInt(-1));
      }
    }
    if (numbers.size() == count && numbers.stream().allMatch(n -> n > 0)) {
      return numbers;
    }
    problem("%s = %s is no list of %d positive numbers".formatted(key, value, count));
    return standard;
  }

  /** How many elements a list has; {@code standard} where there is none. */
  int length(String key, int standard) {
    JsonNode value = value(key);
    return value.isArray() && !value.isEmpty() ? value.size() : standard;
  }

  /** A list of words, each of which is known. */
  List<String> words(String key, List<String> standard, List<String> known) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return standard;
    }
    List<String> words = value.valueStream().map(node -> node.asString("")).toList();
    if (value.isArray() && known.containsAll(words)) {
      return words;
    }
    problem(
        "%s = %s is not supported; known elements: %s"
            .formatted(key, value, String.join(", ", known)));
    return standard;
  }

  /** What the networks here do in one way only. */
  void require(String key, Object only) {
    JsonNode value = value(key);
    JsonNode wanted = MAPPER.valueToTree(only);
    boolean equal =
        (wanted.isNumber() && value.isNumber())
            ? value.asDouble() == wanted.asDouble()
            : value.equals(wanted);
    if (!value.isMissingNode() && !equal) {
      problem("%s = %s is not supported, only %s".formatted(key, value, wanted));
    }
  }

  /** What the networks here do not have. */
  void forbid(String... keys) {
    for (String key : keys) {
      JsonNode value = value(key);
      if (!value.isMissingNode() && !isFalse(value)) {
        problem("%s = %s is not supported".formatted(key, value));
      }
    }
  }

  private static boolean isFalse(JsonNode value) {
    return value.isBoolean() && !value.asBoolean();
  }

  private JsonNode value(String key) {
    JsonNode value = root.path(key);
    return value.isNull() ? root.path("\0absent") : value;
  }
}
