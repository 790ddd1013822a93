package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The keys of one group of a sweep file. A key that is missing or wrong reads as empty; what is
 * wrong with it is then among the problems.
 */
final class Fields {
  private final Mapping mapping;
  private final String path;
  private final Problems problems;

  /**
   * @param path how messages name the group, e.g. {@code "metric"}; empty for the file itself
   */
  Fields(Mapping mapping, String path, Problems problems) {
    this.mapping = mapping;
    this.path = path;
    this.problems = problems;
  }

  /** The group behind {@code key}. */
  Optional<Fields> group(String key) {
    return switch (mapping.entries().get(key)) {
      case null -> Optional.empty();
      case Broken _ -> Optional.empty();
      case Mapping m -> Optional.of(new Fields(m, path(key), problems));
      case Node _ -> {
        problem(key, "is not a group of keys");
        yield Optional.empty();
      }
    };
  }

  boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  Collection<String> keys() {
    return mapping.entries().keySet();
  }

  Optional<Node> node(String key) {
    return Optional.ofNullable(mapping.entries().get(key));
  }

  /** A text that is not empty. */
  Optional<String> word(String key) {
    return switch (mapping.entries().get(key)) {
      case null -> Optional.empty();
      case Broken _ -> Optional.empty();
      case Scalar s when !s.text().isEmpty() -> Optional.of(s.text());
      case Scalar _ -> {
        problem(key, "is empty; give it a value or leave it out");
        yield Optional.empty();
      }
      case Sequence _, Mapping _ -> {
        problem(key, "is one word or number, not a list or group");
        yield Optional.empty();
      }
    };
  }

  /** A word of those that are allowed. */
  Optional<String> choice(String key, String kind, List<String> known) {
    Optional<String> word = word(key);
    if (word.isPresent() && !known.contains(word.get())) {
      problem(key, ": " + Problems.unknown(kind, word.get(), known));
      return Optional.empty();
    }
    return word;
  }

  /** A finite number. */
  OptionalDouble number(String key) {
    return word(key)
        .map(text -> {
          OptionalDouble number = Literals.number(text);
          if (number.isEmpty()) {
            problem(key, "= '" + text + "' is not a number");
          }
          return number;
        })
        .orElse(OptionalDouble.empty());
  }

  /** A whole number that is at least {@code least}. */
  OptionalLong whole(String key, long least) {
    return word(key)
        .map(text -> {
          OptionalLong number = Literals.whole(text);
          if (number.isEmpty()) {
            problem(key, "= '" + text + "' is not a whole number");
          } else if (number.getAsLong() < least) {
            problem(key, "= " + text + " is out of range; allowed: whole numbers from " + least);
            return OptionalLong.empty();
          }
          return number;
        })
        .orElse(OptionalLong.empty());
  }

  Optional<Boolean> flag(String key) {
    return word(key)
        .flatMap(text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "yes", "on" -> Optional.of(true);
              case "false", "no", "off" -> Optional.of(false);
              default -> {
                problem(key, "= '" + text + "' is not true or false");
                yield Optional.empty();
              }
            });
  }

  /** Items of a list that has some. */
  Optional<List<Node>> list(String key) {
    return switch (mapping.entries().get(key)) {
      case null -> Optional.empty();
      case Broken _ -> Optional.empty();
      case Sequence s when !s.items().isEmpty() -> Optional.of(s.items());
      case Sequence _ -> {
        problem(key, "is an empty list; write at least one item or leave it out");
        yield Optional.empty();
      }
      case Scalar _, Mapping _ -> {
        problem(key, "is not a list; write [a, b, …]");
        yield Optional.empty();
      }
    };
  }

  /** Tells of every key that is not among {@code known}. */
  void allowOnly(String kind, Collection<String> known) {
    keys().stream()
        .filter(key -> !known.contains(key))
        .forEach(key -> problem(key, ": " + Problems.unknown(kind, key, known)));
  }

  /** Tells of a key that is missing. */
  void missing(String key, String why) {
    problems.add(mapping.where(), path(key) + " is missing; " + why);
  }

  /** Tells what is wrong with a key, where it stands. */
  void problem(String key, String what) {
    String where = node(key).map(Node::where).orElse(mapping.where());
    problems.add(where, path(key) + (what.startsWith(":") ? "" : " ") + what);
  }

  /** Tells what is wrong with the group as a whole. */
  void problem(String what) {
    problems.add(mapping.where(), (path.isEmpty() ? "the file" : path) + " " + what);
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
