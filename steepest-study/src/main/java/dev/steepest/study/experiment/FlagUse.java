package dev.steepest.study.experiment;

import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Finds flags that change nothing, and so would mislead whoever sets them. */
final class FlagUse {
  private final Vocabulary vocabulary;
  private final Problems problems;

  FlagUse(Vocabulary vocabulary, Problems problems) {
    this.vocabulary = vocabulary;
    this.problems = problems;
  }

  /** The flags that expressions outside of sections use. */
  static Set<String> inHeader(Mapping root) {
    Set<String> names = new LinkedHashSet<>();
    Header.KEYS.stream()
        .filter(root.entries()::containsKey)
        .forEach(key -> names.addAll(Expressions.names(root.entries().get(key))));
    return names;
  }

  /** The flags that expressions in sections use. */
  Set<String> inSections(Mapping root) {
    Set<String> names = new LinkedHashSet<>();
    vocabulary.sections().stream()
        .filter(s -> root.entries().containsKey(s.name()))
        .forEach(s -> names.addAll(Expressions.names(root.entries().get(s.name()))));
    return names;
  }

  /** Reports flags of a file, as it is written, that no expression uses. */
  void reportDead(Mapping written) {
    Problems known = new Problems(); // these are told of when the overridden file is read
    Flags flags = Flags.read(written.entries().get(Arm.FLAGS), "", known);
    List<Arm> arms = Arm.read(written, vocabulary, known);
    Layer layer = new Layer(vocabulary, known);
    Set<String> used = new LinkedHashSet<>(inHeader(written));
    used.addAll(inSections(written));
    arms.forEach(arm -> arm.sections().values().forEach(s -> used.addAll(Expressions.names(s))));
    flags
        .values()
        .forEach((name, value) -> {
          if (!used.contains(name)) {
            problems.add(
                value.where(),
                "flag '%s' is used by no expression; write %s, or remove it"
                    .formatted(name, suggestion(name)));
          }
        });
    for (Arm arm : arms) {
      Set<String> here = new LinkedHashSet<>();
      arms.stream()
          .filter(heir -> heir.isLike(arm))
          .forEach(heir -> here.addAll(inSections(layer.over(written, heir))));
      arm.own()
          .values()
          .forEach((name, value) -> {
            if (flags.values().containsKey(name) && used.contains(name) && !here.contains(name)) {
              problems.add(
                  value.where(),
                  "flag '%s' of %s is used by no expression in its sections, so it changes nothing"
                      .formatted(name, arm.spoken()));
            }
          });
    }
  }

  /** The place where an expression would fit. */
  private String suggestion(String name) {
    return vocabulary.sections().stream()
        .filter(section ->
            section.terms().stream()
                .flatMap(term -> term.keys().stream())
                .anyMatch(key -> key.name().equals(name)))
        .findFirst()
        .map(section -> "%s: {%s: \"= %s\"}".formatted(section.name(), name, name))
        .orElse("\"= %s\" where its value belongs".formatted(name));
  }

  /** Reports flags that are declared under a name which means something else. */
  void reportNames(Flags flags, List<Arm> arms) {
    List<String> taken =
        Stream.concat(
                vocabulary.sections().stream().map(Section::name),
                Stream.of(Arm.FLAGS, Arm.ARMS, "verdict"))
            .toList();
    flags
        .values()
        .forEach((name, value) -> {
          if (taken.contains(name)) {
            problems.add(
                value.where(),
                "flag '%s' has the name of a section; --set could not tell them apart"
                    .formatted(name));
          }
        });
    List<String> declared = List.copyOf(flags.values().keySet());
    for (Arm arm : arms) {
      arm.own()
          .values()
          .forEach((name, value) -> {
            if (!declared.contains(name)) {
              problems.add(
                  value.where(), Problems.unknown("flag for " + arm.spoken(), name, declared));
            }
          });
    }
  }

  /** Reports lists that would be an axis and a list of seeds or arms at once. */
  void reportAmbiguous(Mapping root, List<Overrides.Variant> variants, Flags flags) {
    Set<String> header = inHeader(root);
    for (Overrides.Variant variant : variants) {
      Flags all = flags.with(variant.arm().flags());
      inSections(variant.root()).stream()
          .filter(name -> header.contains(name) && all.isList(name))
          .forEach(name ->
              problems.add(
                  all.values().get(name).where(),
                  "flag '%s' is a list, which makes an axis, but it is also used outside of sections"
                      .formatted(name)));
    }
  }

  /**
   * Reports flags of the command line that nothing uses in what will be run.
   *
   * @param set flag to the option that set it
   * @param all every arm of the file, before overrides
   */
  void reportLost(
      Map<String, String> set,
      Mapping root,
      List<Overrides.Variant> run,
      List<Overrides.Variant> all) {
    if (run.isEmpty()) {
      return; // no arm could be chosen, which is said already
    }
    Set<String> used = inHeader(root);
    run.forEach(variant -> used.addAll(inSections(variant.root())));
    set.forEach((name, where) -> {
      if (!used.contains(name)) {
        List<String> users =
            all.stream()
                .filter(variant -> inSections(variant.root()).contains(name))
                .filter(variant -> run.stream().noneMatch(r -> r.arm().equals(variant.arm())))
                .map(variant -> variant.arm().name())
                .toList();
        problems.add(
            where,
            users.isEmpty()
                ? "changes nothing: what used flag '%s' was overridden".formatted(name)
                : "changes nothing: of the arms only %s uses flag '%s', and 'mode' leaves it out"
                    .formatted(String.join(", ", users), name));
      }
    });
  }
}
