package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Node.Mapping;
import dev.steepest.study.experiment.Node.Scalar;
import dev.steepest.study.experiment.Node.Sequence;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies {@code --set key=value} to a file.
 *
 * <p>A key is a section ({@code optimizer=[adamw, muon]}), a key of a section ({@code
 * training.epochs=2}), a key of one of its choices ({@code optimizer.muon.lr=0.03}), or the bare
 * name of a key that only one section has ({@code epochs=2}).
 */
final class Overrides {
  private final Vocabulary vocabulary;
  private final Problems problems;

  Overrides(Vocabulary vocabulary, Problems problems) {
    this.vocabulary = vocabulary;
    this.problems = problems;
  }

  Mapping apply(Mapping root, String override) {
    String where = "--set " + override;
    int equals = override.indexOf('=');
    if (equals < 1) {
      problems.add(where, "is not of the form key=value, e.g. --set training.epochs=2");
      return root;
    }
    List<String> path = List.of(override.substring(0, equals).strip().split("\\."));
    Node value = YamlFile.value(override.substring(equals + 1), where, problems);
    if (path.getFirst().equals("runs") && path.size() == 1) {
      path = List.of("seeds");
    }
    Optional<Section> section = section(path.getFirst());
    if (section.isEmpty() && path.size() == 1) {
      section = ownerOf(path.getFirst());
      if (section.isPresent()) {
        path = List.of(section.get().name(), path.getFirst());
      }
    }
    if (section.isEmpty() || path.size() == 1) {
      return set(root, path, value);
    }
    Node before = root.entries().get(path.getFirst());
    return root.with(
        path.getFirst(), within(section.get(), before, path.subList(1, path.size()), value));
  }

  private Optional<Section> section(String name) {
    return vocabulary.sections().stream().filter(s -> s.name().equals(name)).findFirst();
  }

  private Optional<Section> ownerOf(String key) {
    List<Section> owners =
        vocabulary.sections().stream()
            .filter(s -> s.form() == Section.Form.KEYS)
            .filter(s -> s.terms().getFirst().keys().stream().anyMatch(k -> k.name().equals(key)))
            .toList();
    return owners.size() == 1 ? Optional.of(owners.getFirst()) : Optional.empty();
  }

  private Node within(Section section, Node before, List<String> path, Node value) {
    if (path.size() > 1 && section.term(path.getFirst()).isPresent()) {
      String term = path.getFirst();
      if (!mentions(before, term)) {
        problems.add(
            value.where(), "the experiment has no %s '%s'".formatted(section.name(), term));
      }
      return each(section, before, term, path.subList(1, path.size()), value);
    }
    return each(section, before, "", path, value);
  }

  private Node each(Section section, Node before, String only, List<String> path, Node value) {
    return switch (before) {
      case Sequence list ->
          new Sequence(
              list.items().stream().map(i -> each(section, i, only, path, value)).toList(),
              list.where());
      case Mapping m when concerns(m.entries().get("name"), only) -> set(m, path, value);
      case Scalar s when !s.text().isEmpty() && concerns(s, only) ->
          set(new Mapping(Map.of("name", s), s.where()), path, value);
      case null -> set(absent(section, value.where()), path, value);
      case Node other -> other;
    };
  }

  private static Mapping absent(Section section, String where) {
    return section
        .preset()
        .filter(name -> !name.isEmpty())
        .map(name -> new Mapping(Map.of("name", new Scalar(name, where)), where))
        .orElse(new Mapping(Map.of(), where));
  }

  private static boolean concerns(Node name, String only) {
    return only.isEmpty() || mentions(name, only);
  }

  private static boolean mentions(Node node, String term) {
    return switch (node) {
      case null -> false;
      case Scalar s -> s.text().equals(term);
      case Sequence list -> list.items().stream().anyMatch(i -> mentions(i, term));
      case Mapping m -> mentions(m.entries().get("name"), term);
    };
  }

  private static Mapping set(Mapping mapping, List<String> path, Node value) {
    if (path.size() == 1) {
      return mapping.with(path.getFirst(), value);
    }
    Mapping inner =
        mapping.entries().get(path.getFirst()) instanceof Mapping m
            ? m
            : new Mapping(Map.of(), value.where());
    return mapping.with(path.getFirst(), set(inner, path.subList(1, path.size()), value));
  }
}
