package dev.steepest.study.sweep;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import dev.steepest.study.search.Distribution;
import dev.steepest.study.search.SearchSpace;
import dev.steepest.study.search.SearchSpace.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code parameters}; those inside of others get dotted names. */
final class SpaceReader {
  static final String PARAMETERS = "parameters";

  /** W&B's rule for names. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

  private final Problems problems;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, String> places = new HashMap<>();

  SpaceReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * The search space.
   *
   * @param groups the group {@code parameters} of the file
   */
  SearchSpace read(Mapping groups) {
    collect(groups, "", PARAMETERS);
    if (groups.entries().isEmpty()) {
      problems.add(groups.where(), "parameters names no hyper-parameter; write at least one");
    }
    return new SearchSpace(parameters);
  }

  /** Where the distribution of a hyper-parameter stands. */
  String where(String parameter) {
    return places.get(parameter);
  }

  private void collect(Mapping group, String prefix, String path) {
    group
        .entries()
        .forEach((key, node) -> {
          String name = prefix + key;
          if (!NAME.matcher(key).matches()) {
            problems.add(
                node.where(),
                "%s: '%s' is no name of a hyper-parameter; letters, digits, '_', '.' and '-' make one"
                    .formatted(path, key));
          } else if (node instanceof Mapping m) {
            read(m, name, path + "." + key);
          } else if (!(node instanceof Node.Broken)) {
            bare(node, path + "." + key);
          }
        });
  }

  private void bare(Node node, String path) {
    String hint =
        switch (node) {
          case Scalar s when !s.text().isEmpty() -> "; write {value: %s}".formatted(s.text());
          case Sequence _ -> "; write {values: [a, b, …]}";
          default -> "; write value, values, min and max, or distribution below it";
        };
    problems.add(node.where(), path + " is not a group of keys" + hint);
  }

  private void read(Mapping group, String name, String path) {
    Fields fields = new Fields(group, path, problems);
    if (fields.has(PARAMETERS)) {
      fields.allowOnly("key beside nested parameters", List.of(PARAMETERS));
      Node inner = group.entries().get(PARAMETERS);
      if (inner instanceof Mapping m && !m.entries().isEmpty()) {
        collect(m, name + ".", path + "." + PARAMETERS);
      } else {
        fields.problem(PARAMETERS, "names no hyper-parameter; write at least one");
      }
      return;
    }
    String before = places.putIfAbsent(name, group.where());
    if (before != null) {
      problems.add(group.where(), path + " is also given in " + before + "; keep one of them");
      return;
    }
    Optional<Distribution> distribution = ParameterReader.read(fields);
    distribution.ifPresent(d -> parameters.add(new Parameter(name, d)));
  }
}
