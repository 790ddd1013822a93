package dev.steepest.study.experiment;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One of the {@code arms} of a file.
 *
 * @param name empty for the only arm of a file without {@code arms}
 * @param about one line for people; empty where the file has none
 * @param sameAs the arm that this one is only another name of
 * @param like the arm that it is laid over, in place of the bare file
 * @param sections what it lays over the sections of the file, by section
 * @param own its own values of flags, without those of the arm that it is like
 */
record Arm(
    String name,
    String about,
    Optional<String> sameAs,
    Optional<Arm> like,
    Map<String, Node> sections,
    Flags own,
    String where) {
  static final String ARMS = "arms";
  static final String FLAGS = "flags";
  static final String SAME_AS = "same_as";
  private static final String LIKE = "like";
  private static final String ABOUT = "about";

  Arm {
    sections = new LinkedHashMap<>(sections);
  }

  private static Arm unchanged(String name, String where) {
    return new Arm(name, "", Optional.empty(), Optional.empty(), Map.of(), Flags.NONE, where);
  }

  /** Its values of flags: those of the arm that it is like, and its own over them. */
  Flags flags() {
    return like.map(arm -> arm.flags().with(own)).orElse(own);
  }

  /** The same arm with {@code more} over its flags; arms that are like this one do not get them. */
  Arm with(Flags more) {
    return new Arm(name, about, sameAs, like, sections, own.with(more), where);
  }

  /** Whether it is {@code other}, or laid over it. */
  boolean isLike(Arm other) {
    return equals(other) || like.map(arm -> arm.isLike(other)).orElse(false);
  }

  /** How messages call it. */
  String spoken() {
    return "arm '" + name + "'";
  }

  /** The arms of a file; one without a name where the file has no {@code arms}. */
  static List<Arm> read(Mapping root, Vocabulary vocabulary, Problems problems) {
    Node node = root.entries().get(ARMS);
    if (node == null) {
      return List.of(unchanged("", root.where()));
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
    SequencedMap<String, Arm> all = new LinkedHashMap<>();
    arms.entries()
        .forEach((name, value) ->
            all.put(
                name,
                switch (value) {
                  case Mapping m -> read(name, m, all, vocabulary, problems);
                  case Scalar s when s.text().isEmpty() -> unchanged(name, s.where());
                  default -> {
                    problems.add(
                        value.where(),
                        "arm '%s' holds the sections and flags that it changes; write {} for none"
                            .formatted(name));
                    yield unchanged(name, value.where());
                  }
                }));
    return List.copyOf(all.values());
  }

  private static Arm read(
      String name,
      Mapping mapping,
      Map<String, Arm> above,
      Vocabulary vocabulary,
      Problems problems) {
    List<String> known = new ArrayList<>(List.of(LIKE, SAME_AS, ABOUT, FLAGS));
    vocabulary.sections().forEach(s -> known.add(s.name()));
    Map<String, Node> sections = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, value) -> {
          if (Header.KEYS.contains(key) && !key.equals(ABOUT)) {
            problems.add(
                value.where(),
                "arm '%s' cannot change '%s', which all arms share".formatted(name, key));
          } else if (!known.contains(key)) {
            problems.add(
                value.where(), Problems.unknown("section of arm '" + name + "'", key, known));
          } else if (!List.of(LIKE, SAME_AS, ABOUT, FLAGS).contains(key)) {
            sections.put(key, value);
          }
        });
    Optional<Arm> like = like(mapping.entries().get(LIKE), above, problems);
    Flags own = Flags.read(mapping.entries().get(FLAGS), " of arm '" + name + "'", problems);
    Node about = mapping.entries().get(ABOUT);
    if (about != null && !(about instanceof Scalar)) {
      problems.add(about.where(), "'about' of arm '" + name + "' is a text");
    }
    return new Arm(
        name,
        about instanceof Scalar s ? s.text().replaceAll("\\s+", " ") : "",
        sameAs(name, mapping, above, problems),
        like,
        sections,
        own,
        mapping.where());
  }

  /**
   * Another name changes nothing: two arms with equal settings would be compared with themselves.
   */
  private static Optional<String> sameAs(
      String name, Mapping mapping, Map<String, Arm> above, Problems problems) {
    Node node = mapping.entries().get(SAME_AS);
    if (node == null) {
      return Optional.empty();
    }
    List<String> others =
        mapping.entries().keySet().stream()
            .filter(key -> !key.equals(SAME_AS) && !key.equals(ABOUT))
            .toList();
    if (!others.isEmpty()) {
      problems.add(
          mapping.where(),
          "arm '%s' is only another name, so it cannot change %s; write 'like' for an arm of its own"
              .formatted(name, String.join(", ", others)));
    }
    List<String> real =
        above.values().stream().filter(arm -> arm.sameAs.isEmpty()).map(Arm::name).toList();
    String target = node instanceof Scalar s ? s.text() : "";
    if (!real.contains(target)) {
      problems.add(
          node.where(),
          "'same_as' names an arm that stands above: " + Problems.unknown("arm", target, real));
    }
    return Optional.of(target);
  }

  private static Optional<Arm> like(Node node, Map<String, Arm> above, Problems problems) {
    if (node == null) {
      return Optional.empty();
    }
    String name = node instanceof Scalar s ? s.text() : "";
    if (!above.containsKey(name)) {
      problems.add(
          node.where(),
          "'like' names an arm that stands above: "
              + Problems.unknown("arm", name, List.copyOf(above.keySet())));
    }
    return Optional.ofNullable(above.get(name));
  }
}
