package dev.steepest.study.experiment;

import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.file.YamlFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * The arms that a file names, before any of them is chosen.
 *
 * @param title of the experiment
 * @param entries in the file's order; empty where the file has no {@code arms}
 * @param quick the arms of a first look, by names of their own; empty where the file has none
 * @param quickSettings what a first look sets; empty where the file has nothing of it
 * @param baseline what the file compares all arms with
 */
public record ArmList(
    String title,
    List<Entry> entries,
    List<String> quick,
    List<Setting> quickSettings,
    Optional<String> baseline) {

  /**
   * One named arm.
   *
   * @param about one line; empty where the file has none
   * @param sameAs the arm that this is only another name of
   */
  public record Entry(String name, String about, Optional<String> sameAs) {}

  public ArmList {
    entries = List.copyOf(entries);
    quick = List.copyOf(quick);
    quickSettings = List.copyOf(quickSettings);
  }

  /**
   * Reads what a file says of its arms, and nothing of what they are.
   *
   * @param file how messages name it
   * @throws ProblemsException listing everything that is wrong with it
   */
  public static ArmList read(String text, String file, Vocabulary vocabulary) {
    Problems problems = new Problems();
    Mapping root = YamlFile.read(text, file, ExperimentFile.BEGINNING, problems);
    problems.throwIfAny("The experiment file cannot be read:");
    List<Arm> arms = Arm.read(root, vocabulary, problems);
    Header header = new Header(root, file, problems);
    List<String> quick = header.quick(arms);
    List<Setting> quickSettings = header.quickSettings();
    DecisionRule rule =
        new DecisionRuleReader(vocabulary, problems).read(root.entries().get("verdict"), file);
    String title = header.word("title", header.word("name", file));
    problems.throwIfAny("The experiment has problems:");
    return new ArmList(
        title,
        arms.stream()
            .filter(arm -> !arm.name().isEmpty())
            .map(arm -> new Entry(arm.name(), arm.about(), arm.sameAs()))
            .toList(),
        quick,
        quickSettings,
        rule.baseline());
  }

  /** Every arm by the name of its own. */
  public List<String> all() {
    return entries.stream().filter(e -> e.sameAs.isEmpty()).map(Entry::name).toList();
  }

  /**
   * The arms behind some names, each once, in the order of the names.
   *
   * @throws ProblemsException naming every name that no arm has, with a suggestion each
   */
  public List<String> named(List<String> names) {
    List<String> known = entries.stream().map(Entry::name).toList();
    List<String> unknown =
        names.stream()
            .filter(name -> !known.contains(name))
            .distinct()
            .map(name -> Problems.unknown("arm", name, known))
            .toList();
    if (!unknown.isEmpty()) {
      throw new ProblemsException("Not every arm can be chosen:", unknown);
    }
    LinkedHashSet<String> chosen = new LinkedHashSet<>();
    for (String name : names) {
      entries.stream()
          .filter(e -> e.name.equals(name))
          .forEach(e -> chosen.add(e.sameAs.orElse(e.name)));
    }
    return new ArrayList<>(chosen);
  }
}
