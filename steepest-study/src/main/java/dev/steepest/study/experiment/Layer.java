package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Section.Form;
import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays what an arm changes over the sections of the file, key by key.
 *
 * <p>A section with another {@code name} takes the place of the file's as a whole; a list is laid
 * over entry by entry; {@code ~} takes away what is there.
 */
final class Layer {
  private static final String NAME = "name";

  private final Vocabulary vocabulary;
  private final Problems problems;

  Layer(Vocabulary vocabulary, Problems problems) {
    this.vocabulary = vocabulary;
    this.problems = problems;
  }

  /** The sections of the file as they are in {@code arm}. */
  Mapping over(Mapping base, Arm arm) {
    Mapping merged = arm.like().map(like -> over(base, like)).orElse(base);
    for (Map.Entry<String, Node> change : arm.sections().entrySet()) {
      merged = over(merged, arm, section(change.getKey()), change.getValue());
    }
    return merged;
  }

  private Section section(String name) {
    return vocabulary.sections().stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The sections of the file with one of them changed for {@code arm}. */
  Mapping over(Mapping base, Arm arm, Section section, Node change) {
    Node before = base.entries().get(section.name());
    if (!isNull(change)) {
      return base.with(section.name(), over(section, arm, before, change));
    }
    if (before == null) {
      problems.add(
          change.where(),
          "%s takes '%s' away, which the file does not give"
              .formatted(arm.spoken(), section.name()));
    }
    return base.without(section.name());
  }

  private Node over(Section section, Arm arm, Node before, Node change) {
    return switch (change) {
      case Sequence list ->
          new Sequence(
              list.items().stream().map(item -> over(section, arm, before, item)).toList(),
              list.where());
      case Scalar s when section.form() == Form.CHOICE && s.text().equals(name(before)) -> before;
      case Scalar _, Broken _ -> change;
      case Mapping m -> over(section, arm, before, m);
    };
  }

  private Node over(Section section, Arm arm, Node before, Mapping change) {
    Node name = change.entries().get(NAME);
    if (section.form() == Form.CHOICE && name != null && !text(name).equals(name(before))) {
      return over(new Mapping(Map.of(), change.where()), arm, section.name(), change);
    }
    return switch (before) {
      case Sequence list ->
          new Sequence(
              list.items().stream().map(item -> over(section, arm, item, change)).toList(),
              list.where());
      case Mapping m -> over(m, arm, section.name(), change);
      case null -> over(Overrides.absent(section, change.where()), arm, section.name(), change);
      case Scalar s when section.form() == Form.CHOICE ->
          over(new Mapping(Map.of(NAME, s), s.where()), arm, section.name(), change);
      case Scalar _, Broken _ ->
          over(new Mapping(Map.of(), change.where()), arm, section.name(), change);
    };
  }

  private Mapping over(Mapping before, Arm arm, String path, Mapping change) {
    Map<String, Node> entries = new LinkedHashMap<>(before.entries());
    change
        .entries()
        .forEach((key, value) -> {
          if (isNull(value)) {
            if (entries.remove(key) == null) {
              problems.add(
                  value.where(),
                  "%s takes '%s.%s' away: ".formatted(arm.spoken(), path, key)
                      + Problems.unknown("such key", key, List.copyOf(entries.keySet())));
            }
          } else if (value instanceof Mapping part) {
            Mapping inner =
                entries.get(key) instanceof Mapping m ? m : new Mapping(Map.of(), part.where());
            entries.put(key, over(inner, arm, path + "." + key, part));
          } else {
            entries.put(key, value);
          }
        });
    return new Mapping(entries, change.where());
  }

  private static boolean isNull(Node node) {
    return node instanceof Scalar s && s.text().isEmpty();
  }

  /** The one name that a section chooses; empty where it chooses none or several. */
  static String name(Node section) {
    return switch (section) {
      case Scalar s -> s.text();
      case Mapping m -> text(m.entries().get(NAME));
      case null, default -> "";
    };
  }

  private static String text(Node node) {
    return node instanceof Scalar s ? s.text() : "";
  }
}
