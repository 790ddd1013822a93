package dev.steepest.study.experiment;

import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.YamlFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Applies {@code --set key=value} to a file.
 *
 * <p>A key is a flag that the file declares ({@code lr=12} or {@code flags.lr=12}), a section
 * ({@code optimizer=[adamw, muon]}), a key of a section ({@code training.epochs=2}), a key of one
 * of its choices ({@code optimizer.muon.lr=0.03}), the bare name of a key that only one section has
 * ({@code epochs=2}), or any of these in one arm ({@code arms.lion.optimizer.beta2=0.95}). What is
 * set for all wins over what arms have of their own.
 */
final class Overrides {
  private final Vocabulary vocabulary;
  private final Problems problems;
  private final List<OfSection> ofSections = new ArrayList<>();
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final Map<String, Map<String, Node>> flagsOfArms = new LinkedHashMap<>();

  /**
   * An override that waits until arms are laid over the file.
   *
   * @param arm whom it concerns; empty for all
   * @param path within the section; empty for the section itself
   */
  private record OfSection(String arm, Section section, List<String> path, Node value) {
    boolean concerns(Arm one) {
      return arm.isEmpty() || arm.equals(one.name());
    }
  }

  /** An arm and the sections of the file as they are in it. */
  record Variant(Arm arm, Mapping root) {}

  Overrides(Vocabulary vocabulary, Problems problems) {
    this.vocabulary = vocabulary;
    this.problems = problems;
  }

  /** The flags that were set for all arms, by name, with the option that did it. */
  Map<String, String> flags() {
    return Map.copyOf(flags);
  }

  /** The arms with the flags that were set for each of them alone, and for none that is like it. */
  List<Arm> flagged(List<Arm> arms) {
    return arms.stream().map(this::flagged).toList();
  }

  private Arm flagged(Arm arm) {
    Map<String, Node> set = flagsOfArms.getOrDefault(arm.name(), Map.of());
    return set.isEmpty() ? arm : arm.with(Flags.read(set, " of " + arm.spoken(), problems));
  }

  /**
   * The arms that say what all of them have in common: those that are run as they are run, the
   * others as the file has them, with the sections that were set for all as a whole.
   */
  List<Variant> named(List<Variant> all, List<Variant> run) {
    List<Variant> named = new ArrayList<>(run);
    for (Variant variant : all) {
      if (run.stream().noneMatch(r -> r.arm.equals(variant.arm))) {
        Mapping root = variant.root;
        for (OfSection o : ofSections) {
          if (o.arm.isEmpty() && o.path.isEmpty()) {
            root = root.with(o.section.name(), o.value);
          }
        }
        named.add(new Variant(variant.arm, root));
      }
    }
    return named;
  }

  /** Names of the sections that were set for one arm alone. */
  Set<String> sectionsOfArms() {
    Set<String> names = new LinkedHashSet<>();
    ofSections.stream().filter(o -> !o.arm.isEmpty()).forEach(o -> names.add(o.section.name()));
    return names;
  }

  /** Applies what is not of a section, and keeps what is for {@link #apply(List, Layer)}. */
  Mapping apply(Mapping root, Setting setting) {
    if (setting.key().isEmpty()) {
      problems.add(setting.where(), "is not of the form key=value, e.g. --set training.epochs=2");
      return root;
    }
    List<String> path = List.of(setting.key().split("\\.", -1));
    Node value = YamlFile.value(setting.value(), setting.where(), problems);
    Mapping declared = mapping(root, Arm.FLAGS);
    if (path.size() == 1 && declared.entries().containsKey(path.getFirst())) {
      return flag(root, path.getFirst(), value);
    }
    if (path.size() == 2 && path.getFirst().equals(Arm.FLAGS)) {
      return flag(root, path.get(1), value);
    }
    if (path.size() > 1 && path.getFirst().equals(Arm.ARMS)) {
      return arm(root, path.subList(1, path.size()), value);
    }
    if (path.equals(List.of("runs"))) {
      path = List.of("seeds");
    }
    Optional<OfSection> ofSection = ofSection("", path, value);
    ofSection.ifPresent(ofSections::add);
    return ofSection.isPresent() ? root : set(root, path, value);
  }

  private Optional<OfSection> ofSection(String arm, List<String> path, Node value) {
    String first = path.getFirst();
    Optional<Section> section =
        vocabulary.sections().stream().filter(s -> s.name().equals(first)).findFirst();
    return section.isEmpty() && path.size() == 1
        ? ownerOf(first).map(owner -> new OfSection(arm, owner, path, value))
        : section.map(s -> new OfSection(arm, s, path.subList(1, path.size()), value));
  }

  private Mapping flag(Mapping root, String name, Node value) {
    Mapping declared = mapping(root, Arm.FLAGS);
    if (!declared.entries().containsKey(name)) {
      problems.add(
          value.where(), Problems.unknown("flag", name, List.copyOf(declared.entries().keySet())));
      return root;
    }
    flags.put(name, value.where());
    flagsOfArms.values().forEach(own -> own.remove(name));
    Mapping changed = root.with(Arm.FLAGS, declared.with(name, value));
    if (!(root.entries().get(Arm.ARMS) instanceof Mapping arms)) {
      return changed;
    }
    Mapping without = arms;
    for (Map.Entry<String, Node> arm : arms.entries().entrySet()) {
      if (arm.getValue() instanceof Mapping m
          && m.entries().get(Arm.FLAGS) instanceof Mapping own) {
        without = without.with(arm.getKey(), m.with(Arm.FLAGS, own.without(name)));
      }
    }
    return changed.with(Arm.ARMS, without);
  }

  private Mapping arm(Mapping root, List<String> path, Node value) {
    Mapping arms = mapping(root, Arm.ARMS);
    // A name may hold dots; the longest that fits is meant.
    for (int length = path.size(); length > 0; length--) {
      String name = String.join(".", path.subList(0, length));
      if (arms.entries().containsKey(name)) {
        return arm(root, arms, name, path.subList(length, path.size()), value);
      }
    }
    problems.add(
        value.where(),
        Problems.unknown("arm", path.getFirst(), List.copyOf(arms.entries().keySet())));
    return root;
  }

  private Mapping arm(Mapping root, Mapping arms, String name, List<String> path, Node value) {
    Mapping arm = mapping(arms, name);
    if (arm.entries().get(Arm.SAME_AS) instanceof Scalar real) {
      problems.add(
          value.where(),
          "arm '%s' is only another name of arm '%s'; set that one".formatted(name, real.text()));
      return root;
    }
    if (path.isEmpty()) {
      return root.with(Arm.ARMS, arms.with(name, value));
    }
    boolean flag =
        path.size() == 1 && mapping(root, Arm.FLAGS).entries().containsKey(path.getFirst());
    Optional<OfSection> ofSection = flag ? Optional.empty() : ofSection(name, path, value);
    if (ofSection.isPresent()) {
      ofSections.add(ofSection.get());
      return root;
    }
    List<String> inside = flag ? List.of(Arm.FLAGS, path.getFirst()) : path;
    boolean ofFlags = inside.getFirst().equals(Arm.FLAGS);
    if (ofFlags && inside.size() == 2) {
      flagsOfArm(name).put(inside.getLast(), value);
      return root;
    }
    if (ofFlags && inside.size() == 1 && value instanceof Mapping several) {
      flagsOfArm(name).putAll(several.entries());
      return root;
    }
    return root.with(Arm.ARMS, arms.with(name, set(arm, inside, value)));
  }

  private Map<String, Node> flagsOfArm(String name) {
    return flagsOfArms.computeIfAbsent(name, _ -> new LinkedHashMap<>());
  }

  private static Mapping mapping(Mapping root, String key) {
    return root.entries().get(key) instanceof Mapping m ? m : new Mapping(Map.of(), root.where());
  }

  /** Applies the overrides of sections to the arms that will be run. */
  List<Variant> apply(List<Variant> variants, Layer layer) {
    List<Variant> result = variants;
    for (OfSection override : ofSections) {
      reportNobody(override, result);
      result =
          result.stream()
              .map(v ->
                  override.concerns(v.arm) ? new Variant(v.arm, applied(v, override, layer)) : v)
              .toList();
    }
    return result;
  }

  private Mapping applied(Variant variant, OfSection override, Layer layer) {
    Section section = override.section;
    if (!override.path.isEmpty()) {
      Node before = variant.root.entries().get(section.name());
      return variant.root.with(
          section.name(), within(section, before, override.path, override.value));
    }
    return override.arm.isEmpty()
        ? variant.root.with(section.name(), override.value)
        : layer.over(variant.root, variant.arm, section, override.value);
  }

  private void reportNobody(OfSection override, List<Variant> variants) {
    List<Variant> concerned = variants.stream().filter(v -> override.concerns(v.arm)).toList();
    if (concerned.isEmpty() && !variants.isEmpty()) {
      problems.add(
          override.value.where(),
          "'mode' leaves out arm '%s'; it chooses %s"
              .formatted(
                  override.arm,
                  String.join(", ", variants.stream().map(v -> v.arm.name()).toList())));
      return;
    }
    if (choosesTerm(override)
        && concerned.stream()
            .noneMatch(v ->
                mentions(
                    v.root.entries().get(override.section.name()), override.path.getFirst()))) {
      problems.add(
          override.value.where(),
          "the experiment has no %s '%s'"
              .formatted(override.section.name(), override.path.getFirst()));
    }
  }

  private static boolean choosesTerm(OfSection override) {
    return override.path.size() > 1 && override.section.term(override.path.getFirst()).isPresent();
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
    return path.size() > 1 && section.term(path.getFirst()).isPresent()
        ? each(section, before, path.getFirst(), path.subList(1, path.size()), value)
        : each(section, before, "", path, value);
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
      case Scalar s when s.text().isEmpty() -> set(absent(section, s.where()), path, value);
      case Node other -> other;
    };
  }

  /** What a section that the file leaves out stands for. */
  static Mapping absent(Section section, String where) {
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
      case Broken _ -> false;
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
