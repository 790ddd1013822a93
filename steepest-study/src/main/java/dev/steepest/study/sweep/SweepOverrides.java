package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.YamlFile;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies {@code --set key=value} to a sweep file: {@code method=random}, {@code
 * metric.goal=maximize}, {@code parameters.lr.max=0.1}, {@code parameters.momentum={value: 0.9}}.
 * An empty value takes a key away. Keys that a sweep does not have are set all the same, to be told
 * of with those of the file.
 */
final class SweepOverrides {
  private final Problems problems;

  SweepOverrides(Problems problems) {
    this.problems = problems;
  }

  Mapping apply(Mapping root, String override) {
    int sign = override.indexOf('=');
    String where = "--set " + override;
    String path = override.substring(0, Math.max(sign, 0)).strip();
    if (path.isEmpty()) {
      problems.add(where, "is not key=value, e.g. --set run_cap=20");
      return root;
    }
    return set(root, "", path, YamlFile.value(override.substring(sign + 1), where, problems));
  }

  /**
   * The group with one key changed.
   *
   * @param name of the group; empty for the file itself
   */
  private Mapping set(Mapping group, String name, String path, Node value) {
    Optional<String> key = longest(group, path);
    if (key.isEmpty()) {
      return absent(group, name, path, value);
    }
    String rest = path.substring(key.get().length());
    if (rest.isEmpty()) {
      return isEmpty(value) ? group.without(path) : group.with(path, value);
    }
    if (group.entries().get(key.get()) instanceof Mapping inner) {
      return group.with(key.get(), set(inner, key.get(), rest.substring(1), value));
    }
    problems.add(value.where(), "'%s' has no keys below it".formatted(key.get()));
    return group;
  }

  private Mapping absent(Mapping group, String name, String path, Node value) {
    if (isEmpty(value)) {
      problems.add(
          value.where(),
          "takes away what is not there: "
              + Problems.unknown("key", path, group.entries().keySet()));
      return group;
    }
    int first = path.indexOf('.');
    if (name.isEmpty() && first > 0 && SweepFile.GROUPS.contains(path.substring(0, first))) {
      String inner = path.substring(0, first);
      Mapping empty = new Mapping(Map.of(), value.where());
      return group.with(inner, set(empty, inner, path.substring(first + 1), value));
    }
    int last = path.lastIndexOf('.');
    if (name.equals(SpaceReader.PARAMETERS) && last > 0 && !(value instanceof Mapping)) {
      Map<String, Node> one = Map.of(path.substring(last + 1), value);
      return group.with(path.substring(0, last), new Mapping(one, value.where()));
    }
    return group.with(path, value);
  }

  private static boolean isEmpty(Node value) {
    return value instanceof Scalar s && s.text().isEmpty();
  }

  /** Names of hyper-parameters have dots: of the keys that are there, the longest is meant. */
  private static Optional<String> longest(Mapping group, String path) {
    List<String> found =
        group.entries().keySet().stream()
            .filter(key -> path.equals(key) || path.startsWith(key + "."))
            .toList();
    return found.stream().max(Comparator.comparingInt(String::length));
  }
}
