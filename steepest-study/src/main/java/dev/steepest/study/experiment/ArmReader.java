package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Overrides.Variant;
import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Turns arms, with their sections and flags, into the grids that they span. */
final class ArmReader {
  private final Vocabulary vocabulary;
  private final String file;
  private final Problems problems;
  private final FlagUse use;

  ArmReader(Vocabulary vocabulary, String file, Problems problems) {
    this.vocabulary = vocabulary;
    this.file = file;
    this.problems = problems;
    this.use = new FlagUse(vocabulary, problems);
  }

  /**
   * Reads arms; what is wrong in several is said once.
   *
   * @param flags of the file
   * @param changed names of the sections that belong to the arms
   * @param shared see {@link #shared}
   */
  List<Grid> read(
      List<Variant> variants, Flags flags, Set<String> changed, Map<String, String> shared) {
    Set<String> ofProblem = flagsOfProblem(variants, changed);
    List<Grid> grids = new ArrayList<>();
    Map<String, Problems> found = new LinkedHashMap<>();
    for (Variant variant : variants) {
      Problems own = problems.after();
      found.put(variant.arm().name(), own);
      Flags all = flags.with(variant.arm().flags());
      for (Flags.Assignment flag : all.assignments(use.inSections(variant.root()))) {
        grids.add(
            new Grid(
                variant.arm().name(),
                label(flag.varied(), ofProblem::contains),
                label(flag.varied(), name -> !ofProblem.contains(name)),
                axes(variant.root(), flag.values(), own),
                changed,
                shared));
      }
    }
    gather(found);
    return grids;
  }

  private Map<Section, List<Choice>> axes(Mapping root, Map<String, Node> flags, Problems own) {
    Expressions expressions = new Expressions(flags, own);
    Map<Section, List<Choice>> axes = new LinkedHashMap<>();
    for (Section section : vocabulary.sections()) {
      SectionReader reader = new SectionReader(section, vocabulary, own);
      Node node = root.entries().get(section.name());
      axes.put(
          section,
          node == null
              ? reader.preset(file)
              : reader.read(expressions.evaluate(section.name(), node)));
    }
    return axes;
  }

  /** Flags that only sections of the problem use, in every arm. */
  private Set<String> flagsOfProblem(List<Variant> variants, Set<String> changed) {
    Set<String> ofProblem = new LinkedHashSet<>();
    Set<String> ofArms = new LinkedHashSet<>();
    for (Variant variant : variants) {
      for (Section section : vocabulary.sections()) {
        Node node = variant.root().entries().get(section.name());
        boolean problem =
            section.part() == Section.Part.PROBLEM && !changed.contains(section.name());
        if (node != null) {
          (problem ? ofProblem : ofArms).addAll(Expressions.names(node));
        }
      }
    }
    ofProblem.removeAll(ofArms);
    return ofProblem;
  }

  private static String label(Map<String, String> varied, Predicate<String> shown) {
    return varied.entrySet().stream()
        .filter(flag -> shown.test(flag.getKey()))
        .map(flag -> flag.getKey() + "=" + flag.getValue())
        .collect(Collectors.joining(" "));
  }

  /**
   * Names of the sections that some arm changes, by itself or by a flag; they belong to the arms.
   *
   * @param variants every arm of the file, whether it is run or not
   */
  Set<String> changed(List<Variant> variants, Overrides set) {
    Set<String> changed = new LinkedHashSet<>(set.sectionsOfArms());
    for (Variant variant : variants) {
      changed.addAll(variant.arm().sections().keySet());
      for (Section section : vocabulary.sections()) {
        Node node = variant.root().entries().get(section.name());
        if (node != null
            && Expressions.names(node).stream()
                .anyMatch(variant.arm().flags().values()::containsKey)) {
          changed.add(section.name());
        }
      }
    }
    return changed;
  }

  /**
   * The name that every arm chooses in a section of the problem which some arm changes in other
   * respects, by section.
   *
   * @param variants every arm of the file, whether it is run or not
   */
  Map<String, String> shared(List<Variant> variants, Set<String> changed) {
    Map<String, String> shared = new LinkedHashMap<>();
    for (Section section : vocabulary.sections()) {
      if (section.part() == Section.Part.PROBLEM
          && section.preset().isEmpty()
          && changed.contains(section.name())) {
        Set<String> names = new LinkedHashSet<>();
        variants.forEach(v -> names.add(Layer.name(v.root().entries().get(section.name()))));
        String only = names.size() == 1 ? names.iterator().next() : "";
        if (section.term(only).isPresent()) {
          shared.put(section.name(), only);
        }
      }
    }
    return shared;
  }

  /** Says once what is wrong in all arms, and names the arms where it is not all. */
  private void gather(Map<String, Problems> found) {
    Set<String> messages = new LinkedHashSet<>();
    found.values().forEach(p -> messages.addAll(p.messages()));
    for (String message : messages) {
      List<String> wrong =
          found.keySet().stream().filter(a -> found.get(a).messages().contains(message)).toList();
      problems.add(message + (wrong.size() == found.size() ? "" : among(message, wrong, found)));
    }
  }

  private static String among(String message, List<String> wrong, Map<String, Problems> found) {
    String arms = (wrong.size() == 1 ? " (arm " : " (arms ") + String.join(", ", wrong) + ")";
    if (!message.startsWith("--set ") || message.startsWith("--set " + Arm.ARMS + ".")) {
      return arms;
    }
    String option = message.substring("--set ".length(), message.indexOf(": "));
    List<String> right =
        found.keySet().stream()
            .filter(arm ->
                found.get(arm).messages().stream().noneMatch(m -> m.startsWith("--set " + option)))
            .toList();
    return right.isEmpty()
        ? arms
        : arms
            + "; it fits "
            + String.join(", ", right)
            + " only: write "
            + right.stream()
                .map(arm -> "--set %s.%s.%s".formatted(Arm.ARMS, arm, option))
                .collect(Collectors.joining(" "));
  }
}
