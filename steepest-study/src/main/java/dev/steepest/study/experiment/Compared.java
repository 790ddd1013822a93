package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Experiment.Cell;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The things in which arms differ: sections, and parts that a section has only where they are
 * given, e.g. {@code optimizer.lookahead}, whose effect is another than that of the rest of it.
 */
final class Compared {
  private Compared() {}

  /** Dotted names, in the order of the file's sections. */
  static List<String> of(Vocabulary vocabulary, List<Cell> cells) {
    Collection<List<Cell>> problems =
        cells.stream().collect(Collectors.groupingBy(Cell::problem)).values();
    Set<String> differing = new LinkedHashSet<>();
    for (Section section : vocabulary.sections()) {
      for (List<Cell> arms : problems) {
        Map<String, Set<Optional<Object>>> values = new LinkedHashMap<>();
        List<Map<String, Object>> things =
            arms.stream().map(arm -> things(section, arm.settings().get(section.name()))).toList();
        things.forEach(t -> t.keySet().forEach(k -> values.put(k, new LinkedHashSet<>())));
        values.forEach(
            (name, seen) -> things.forEach(t -> seen.add(Optional.ofNullable(t.get(name)))));
        values.forEach((name, seen) -> {
          if (seen.size() > 1) {
            differing.add(name);
          }
        });
      }
    }
    return List.copyOf(differing);
  }

  private static Map<String, Object> things(Section section, Map<String, Object> settings) {
    Map<String, Object> things = new LinkedHashMap<>();
    Map<String, Object> rest = new TreeMap<>(settings);
    things.put(section.name(), rest);
    section.terms().stream()
        .flatMap(term -> term.parts().stream())
        .filter(part -> part.presence() == Term.Presence.IF_GIVEN)
        .map(Term::name)
        .distinct()
        .filter(rest::containsKey)
        .forEach(name -> things.put(section.name() + "." + name, rest.remove(name)));
    return things;
  }
}
