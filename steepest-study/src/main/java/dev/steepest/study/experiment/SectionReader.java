package dev.steepest.study.experiment;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Turns one section of a file into the choices on its axis. A list anywhere in it multiplies them.
 */
final class SectionReader {
  private static final String NAME = "name";
  private static final String LABEL = "label";

  private final Section section;
  private final Vocabulary vocabulary;
  private final Problems problems;

  SectionReader(Section section, Vocabulary vocabulary, Problems problems) {
    this.section = section;
    this.vocabulary = vocabulary;
    this.problems = problems;
  }

  /** The choices of a section that the file leaves out. */
  List<Choice> preset(String file) {
    if (section.preset().isEmpty()) {
      problems.add(file, "has no '" + section.name() + "'; known: " + String.join(", ", names()));
      return List.of();
    }
    return read(new Scalar(section.preset().get(), file));
  }

  List<Choice> read(Node node) {
    List<Draft> drafts = alternatives(node).flatMap(this::drafts).toList();
    if (drafts.isEmpty() && problems.isEmpty()) {
      problems.add(node.where(), "'" + section.name() + "' lists no value, so the grid is empty");
    }
    return labelled(drafts, node.where());
  }

  /**
   * A choice in the making; {@code given} are the keys that the file set, {@code varied} those with
   * lists.
   */
  private record Draft(
      String base,
      Map<String, Object> settings,
      Map<String, Object> given,
      Map<String, Object> varied) {
    String label(Map<String, Object> shown) {
      StringBuilder label = new StringBuilder(base);
      shown.forEach((key, value) ->
          label.append(label.isEmpty() ? "" : " ").append(key).append('=').append(value));
      return label.toString();
    }
  }

  private List<Choice> labelled(List<Draft> drafts, String where) {
    List<String> labels = drafts.stream().map(d -> d.label(d.varied)).toList();
    boolean oneBase = drafts.stream().map(Draft::base).distinct().count() == 1;
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      String label = labels.get(i);
      boolean shared = labels.stream().filter(label::equals).count() > 1;
      String full = shared ? draft.label(draft.given) : label;
      String varied = oneBase ? full.substring(draft.base.length()).strip() : full;
      choices.add(new Choice(full, drafts.size() > 1 ? varied : "", draft.settings));
    }
    for (Choice choice : choices) {
      if (choices.stream().filter(c -> c.label().equals(choice.label())).count() > 1) {
        problems.add(
            where,
            "'%s' lists '%s' twice; drop one, or give each a 'label'"
                .formatted(section.name(), choice.label()));
      }
    }
    return choices;
  }

  private static Stream<Node> alternatives(Node node) {
    return node instanceof Sequence list
        ? list.items().stream().flatMap(SectionReader::alternatives)
        : Stream.of(node);
  }

  private Stream<Draft> drafts(Node node) {
    return switch (node) {
      case Scalar s when section.form() == Section.Form.CHOICE ->
          term(s).flatMap(t -> drafts(t, new Mapping(Map.of(), s.where())));
      case Scalar s when s.text().isEmpty() ->
          drafts(section.terms().getFirst(), new Mapping(Map.of(), s.where()));
      case Scalar s -> {
        problems.add(
            s.where(), "'%s' holds keys, not the value '%s'".formatted(section.name(), s.text()));
        yield Stream.empty();
      }
      case Mapping m when section.form() == Section.Form.KEYS ->
          drafts(section.terms().getFirst(), m);
      case Mapping m -> named(m);
      case Broken _ -> Stream.empty();
      case Sequence _ -> throw new AssertionError("lists were taken apart before");
    };
  }

  private Stream<Draft> named(Mapping mapping) {
    Node name = mapping.entries().get(NAME);
    if (name == null) {
      problems.add(
          mapping.where(),
          "'%s' needs a 'name'; known: %s".formatted(section.name(), String.join(", ", names())));
      return Stream.empty();
    }
    return alternatives(name)
        .flatMap(one ->
            switch (one) {
              case Scalar s -> term(s).flatMap(t -> drafts(t, mapping));
              case Broken _ -> Stream.empty();
              case Mapping _, Sequence _ -> wrongName(one);
            });
  }

  private Stream<Draft> wrongName(Node node) {
    problems.add(node.where(), "'name' of '" + section.name() + "' is a word or a list of words");
    return Stream.empty();
  }

  private Stream<Term> term(Scalar name) {
    Optional<Term> term = section.term(name.text());
    if (term.isEmpty()) {
      problems.add(
          name.where(), Problems.unknown(section.name(), name.text(), names()) + name.origin());
    }
    return term.stream();
  }

  private List<String> names() {
    return section.terms().stream().map(Term::name).toList();
  }

  private Stream<Draft> drafts(Term term, Mapping mapping) {
    String base = mapping.entries().get(LABEL) instanceof Scalar label ? label.text() : term.name();
    return expand(term, mapping, "").stream()
        .map(point -> new Draft(base, complete(term, point, mapping), point.given, point.varied));
  }

  private Map<String, Object> complete(Term term, Point point, Mapping mapping) {
    Map<String, Object> settings = new TreeMap<>(point.settings);
    if (section.form() == Section.Form.CHOICE) {
      settings.put(NAME, term.name());
    }
    if (!problems.isEmpty()) {
      return settings; // what is wrong is said already; it might only be said again
    }
    try {
      return vocabulary.complete(section.name(), settings);
    } catch (IllegalArgumentException e) {
      problems.add(mapping.where(), e.getMessage());
      return settings;
    }
  }

  private record Point(
      Map<String, Object> settings, Map<String, Object> given, Map<String, Object> varied) {

    Point with(String key, Object value, String path, boolean isGiven, boolean isVaried) {
      Point copy =
          new Point(
              new LinkedHashMap<>(settings),
              new LinkedHashMap<>(given),
              new LinkedHashMap<>(varied));
      if (value == Key.Default.INHERITED) {
        return copy;
      }
      copy.settings.put(key, value);
      if (isGiven) {
        copy.given.put(path, value);
      }
      if (isVaried) {
        copy.varied.put(path, value);
      }
      return copy;
    }

    /** A part without keys of its own is told apart from none by its presence. */
    Point shownAs(String part) {
      return given.isEmpty() ? new Point(settings, Map.of(part, "{}"), varied) : this;
    }

    Point with(String key, Point part) {
      Point copy = with(key, part.settings, "", false, false);
      copy.given.putAll(part.given);
      copy.varied.putAll(part.varied);
      return copy;
    }
  }

  private List<Point> expand(Term term, Mapping mapping, String prefix) {
    reportUnknownKeys(term, mapping, prefix);
    List<Point> points = List.of(new Point(Map.of(), Map.of(), Map.of()));
    for (Key key : term.keys()) {
      Node node = mapping.entries().get(key.name());
      List<Object> values = node == null ? preset(key, mapping) : values(key, node, prefix);
      points =
          points.stream()
              .flatMap(p ->
                  values.stream()
                      .map(v ->
                          p.with(
                              key.name(), v, prefix + key.name(), node != null, values.size() > 1)))
              .toList();
    }
    for (Term part : term.parts()) {
      boolean optional = part.presence() == Term.Presence.IF_GIVEN;
      if (optional && !mapping.entries().containsKey(part.name())) {
        continue;
      }
      List<Point> inner = expand(part, part(part, mapping), prefix + part.name() + ".");
      if (optional) {
        inner = inner.stream().map(point -> point.shownAs(prefix + part.name())).toList();
      }
      List<Point> choices = inner;
      points =
          points.stream().flatMap(p -> choices.stream().map(i -> p.with(part.name(), i))).toList();
    }
    return points;
  }

  private void reportUnknownKeys(Term term, Mapping mapping, String prefix) {
    List<String> known =
        Stream.concat(term.keys().stream().map(Key::name), term.parts().stream().map(Term::name))
            .toList();
    mapping
        .entries()
        .forEach((key, node) -> {
          boolean reserved =
              prefix.isEmpty()
                  && (key.equals(LABEL)
                      || (key.equals(NAME) && section.form() == Section.Form.CHOICE));
          if (!reserved && !known.contains(key)) {
            String owner = term.name().isEmpty() ? "" : " of '" + term.name() + "'";
            problems.add(
                node.where(), Problems.unknown(section.name() + " key" + owner, key, known));
          }
        });
  }

  private List<Object> preset(Key key, Mapping mapping) {
    if (key.preset().isEmpty()) {
      problems.add(mapping.where(), "'%s' needs '%s'".formatted(section.name(), key.name()));
      return List.of();
    }
    return List.of(key.preset().get());
  }

  private Mapping part(Term part, Mapping mapping) {
    Node node = mapping.entries().get(part.name());
    return switch (node) {
      case null -> new Mapping(Map.of(), mapping.where());
      case Mapping m -> m;
      case Broken _ -> new Mapping(Map.of(), node.where());
      default -> {
        problems.add(
            node.where(),
            "'%s' holds keys of its own; write {} for its defaults".formatted(part.name()));
        yield new Mapping(Map.of(), node.where());
      }
    };
  }

  private List<Object> values(Key key, Node node, String prefix) {
    String place = (section.name() + "." + prefix).replaceFirst("\\.$", "");
    List<Object> values =
        alternatives(node).flatMap(n -> ScalarReader.read(place, key, n, problems)).toList();
    if (node instanceof Sequence list && list.items().isEmpty()) {
      problems.add(node.where(), "'" + key.name() + "' lists no value, so the grid is empty");
    }
    return values;
  }
}
