package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Node.Mapping;
import dev.steepest.study.experiment.Node.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the {@code arms} of a file.
 *
 * @param name empty for the only arm of a file without {@code arms}
 * @param sections what it lays over the sections of the file, by section
 * @param flags its own values of flags
 */
record Arm(String name, Map<String, Node> sections, Flags flags, String where) {
  static final String ARMS = "arms";
  static final String FLAGS = "flags";

  Arm {
    sections = new LinkedHashMap<>(sections);
  }

  /** How messages call it. */
  String spoken() {
    return "arm '" + name + "'";
  }

  /** The arms of a file; one without a name where the file has no {@code arms}. */
  static List<Arm> read(Mapping root, Vocabulary vocabulary, Problems problems) {
    Node node = root.entries().get(ARMS);
    if (node == null) {
      return List.of(new Arm("", Map.of(), Flags.NONE, root.where()));
    }
    if (!(node instanceof Mapping arms) || arms.entries().isEmpty()) {
      problems.add(
          node.where(),
          "'arms' names no arm; it holds names with what each changes, e.g."
              + " arms: {baseline: {}, other: {optimizer: {lr: 0.2}}}");
      return List.of();
    }
    if (arms.entries().containsKey("")) {
      problems.add(node.where(), "an arm has no name");
    }
    List<Arm> all = new ArrayList<>();
    arms.entries()
        .forEach((name, value) ->
            all.add(
                switch (value) {
                  case Mapping m -> read(name, m, vocabulary, problems);
                  case Scalar s when s.text().isEmpty() ->
                      new Arm(name, Map.of(), Flags.NONE, s.where());
                  default -> {
                    problems.add(
                        value.where(),
                        "arm '%s' holds the sections and flags that it changes; write {} for none"
                            .formatted(name));
                    yield new Arm(name, Map.of(), Flags.NONE, value.where());
                  }
                }));
    return all;
  }

  private static Arm read(String name, Mapping mapping, Vocabulary vocabulary, Problems problems) {
    List<String> known = new ArrayList<>(List.of(FLAGS));
    vocabulary.sections().forEach(s -> known.add(s.name()));
    Map<String, Node> sections = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, value) -> {
          if (Header.KEYS.contains(key)) {
            problems.add(
                value.where(),
                "arm '%s' cannot change '%s', which all arms share".formatted(name, key));
          } else if (!known.contains(key)) {
            problems.add(
                value.where(), Problems.unknown("section of arm '" + name + "'", key, known));
          } else if (!key.equals(FLAGS)) {
            sections.put(key, value);
          }
        });
    Flags flags = Flags.read(mapping.entries().get(FLAGS), " of arm '" + name + "'", problems);
    return new Arm(name, sections, flags, mapping.where());
  }
}
