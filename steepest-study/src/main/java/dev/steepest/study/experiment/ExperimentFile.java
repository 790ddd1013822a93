package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Node.Mapping;
import dev.steepest.study.experiment.Node.Scalar;
import dev.steepest.study.experiment.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Reads an experiment file, all its problems at once. */
public final class ExperimentFile {
  private static final List<String> HEADER = List.of("name", "title", "about", "seeds", "verdict");

  /** Assumed: more runs than anybody can wait for, fewer than would fill the memory. */
  private static final long MOST_SEEDS = 100_000;

  private final Vocabulary vocabulary;
  private final Problems problems = new Problems();
  private final String file;

  private ExperimentFile(Vocabulary vocabulary, String file) {
    this.vocabulary = vocabulary;
    this.file = file;
  }

  /**
   * Reads an experiment.
   *
   * @param text the YAML text
   * @param file how messages name it
   * @param overrides {@code key=value} each, applied in order on top of the file
   * @throws ExperimentException listing everything that is wrong
   */
  public static Experiment read(
      String text, String file, List<String> overrides, Vocabulary vocabulary) {
    return new ExperimentFile(vocabulary, file).read(text, overrides);
  }

  private Experiment read(String text, List<String> overrides) {
    Mapping root = YamlFile.read(text, file, problems);
    problems.throwIfAny("The experiment file cannot be read:");
    Overrides set = new Overrides(vocabulary, problems);
    for (String override : overrides) {
      root = set.apply(root, override);
    }
    reportUnknownSections(root);
    Map<Section, List<Choice>> axes = new LinkedHashMap<>();
    for (Section section : vocabulary.sections()) {
      SectionReader reader = new SectionReader(section, vocabulary, problems);
      Node node = root.entries().get(section.name());
      axes.put(section, node == null ? reader.preset(file) : reader.read(node));
    }
    List<Long> seeds = seeds(root.entries().get("seeds"));
    DecisionRule rule =
        new DecisionRuleReader(vocabulary, problems).read(root.entries().get("verdict"), file);
    String name = word(root, "name", "");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      problems.add(
          file,
          name.isEmpty()
              ? "needs a 'name', which names the folder of its runs"
              : "name '%s' must be letters, digits, '.', '_' or '-'".formatted(name));
    }
    problems.throwIfAny("The experiment has problems:");
    Experiment experiment =
        new Experiment(name, word(root, "title", name), word(root, "about", ""), seeds, rule, axes);
    check(experiment);
    problems.throwIfAny("The experiment has problems:");
    return experiment;
  }

  private void reportUnknownSections(Mapping root) {
    List<String> known =
        Stream.concat(HEADER.stream(), vocabulary.sections().stream().map(Section::name)).toList();
    root.entries()
        .forEach((key, node) -> {
          if (!known.contains(key)) {
            problems.add(node.where(), Problems.unknown("section", key, known));
          }
        });
  }

  private void check(Experiment experiment) {
    for (Experiment.Cell cell : experiment.cells()) {
      vocabulary
          .objections(cell.settings())
          .forEach(o -> problems.add(file, "%s, %s: %s".formatted(cell.problem(), cell.arm(), o)));
    }
    experiment
        .rule()
        .baseline()
        .filter(b -> !experiment.arms().contains(b))
        .ifPresent(b ->
            problems.add(file, Problems.unknown("arm for verdict.baseline", b, experiment.arms())));
  }

  private String word(Mapping root, String key, String preset) {
    return switch (root.entries().get(key)) {
      case null -> preset;
      case Scalar s -> s.text();
      case Node node -> {
        problems.add(node.where(), "'" + key + "' is a text");
        yield preset;
      }
    };
  }

  private List<Long> seeds(Node node) {
    return switch (node) {
      case null -> List.of(1L);
      case Scalar s -> {
        Key count = Key.whole("seeds", 1, 1, MOST_SEEDS, "number of paired seeds");
        yield ScalarReader.read("experiment", count, s, problems)
            .flatMap(n -> LongStream.rangeClosed(1, (Long) n).boxed())
            .toList();
      }
      case Sequence list -> {
        Key seed = Key.whole("seeds", 1, 0, Long.MAX_VALUE, "a seed");
        List<Long> seeds = new ArrayList<>();
        list.items().stream()
            .flatMap(item -> ScalarReader.read("experiment", seed, item, problems))
            .forEach(s -> seeds.add((Long) s));
        if (list.items().isEmpty()) {
          problems.add(node.where(), "'seeds' lists no value, so there is nothing to run");
        }
        if (seeds.stream().distinct().count() < seeds.size()) {
          problems.add(node.where(), "'seeds' lists a seed twice");
        }
        yield seeds;
      }
      case Mapping m -> {
        problems.add(m.where(), "'seeds' is a number of seeds or a list of seeds");
        yield List.of();
      }
    };
  }
}
