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
import java.util.stream.LongStream;

/** Reads what an experiment says of itself and all its arms share. */
final class Header {
  static final String MODE = "mode";
  static final String QUICK = "quick";
  static final String TASK = "task";

  static final List<String> KEYS =
      List.of("name", "title", "about", TASK, "seeds", "verdict", QUICK, MODE);

  /** Assumed: more runs than anybody can wait for, fewer than would fill the memory. */
  private static final long MOST_SEEDS = 100_000;

  private final Mapping root;
  private final String file;
  private final Problems problems;

  /**
   * @param root the file, its expressions outside of sections evaluated
   */
  Header(Mapping root, String file, Problems problems) {
    this.root = root;
    this.file = file;
    this.problems = problems;
  }

  String name() {
    String name = word("name", "");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      problems.add(
          file,
          name.isEmpty()
              ? "needs a 'name', which names the folder of its runs"
              : "name '%s' must be letters, digits, '.', '_' or '-'".formatted(name));
    }
    return name;
  }

  String word(String key, String preset) {
    return switch (root.entries().get(key)) {
      case null -> preset;
      case Scalar s -> s.text();
      case Broken _ -> preset;
      case Node node -> {
        problems.add(node.where(), "'" + key + "' is a text");
        yield preset;
      }
    };
  }

  /**
   * What the experiment says that networks are trained for; empty where it does not, and where
   * nobody knows the word.
   *
   * @param known all words
   */
  Optional<String> task(List<String> known) {
    String task = word(TASK, "");
    if (task.isEmpty() || known.contains(task)) {
      return Optional.of(task).filter(said -> !said.isEmpty());
    }
    problems.add(root.entries().get(TASK).where(), Problems.unknown("task", task, known));
    return Optional.empty();
  }

  List<Long> seeds() {
    return switch (root.entries().get("seeds")) {
      case null -> List.of(1L);
      case Broken _ -> List.of();
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
          problems.add(list.where(), "'seeds' lists no value, so there is nothing to run");
        }
        if (seeds.stream().distinct().count() < seeds.size()) {
          problems.add(list.where(), "'seeds' lists a seed twice");
        }
        yield seeds;
      }
      case Mapping m -> {
        problems.add(m.where(), "'seeds' is a number of seeds or a list of seeds");
        yield List.of();
      }
    };
  }

  /** The arms that {@code mode} chooses: all where the file does not say. */
  List<Arm> chosen(List<Arm> arms) {
    Node mode = root.entries().get(MODE);
    List<Arm> real = arms.stream().filter(arm -> arm.sameAs().isEmpty()).toList();
    if (mode == null || mode instanceof Broken || arms.isEmpty()) {
      return real;
    }
    List<String> wanted = named(MODE, mode, arms);
    return real.stream().filter(arm -> wanted.contains(arm.name())).toList();
  }

  /**
   * The arms that {@code quick} names, each by the name of its own; empty without the key, and
   * where it holds settings.
   */
  List<String> quick(List<Arm> arms) {
    Node quick = root.entries().get(QUICK);
    return quick == null || quick instanceof Broken || quick instanceof Mapping
        ? List.of()
        : named(QUICK, quick, arms);
  }

  /** What {@code quick} sets, if it holds settings: each as {@code --set} would set it. */
  List<Setting> quickSettings() {
    if (!(root.entries().get(QUICK) instanceof Mapping quick)) {
      return List.of();
    }
    if (quick.entries().isEmpty()) {
      problems.add(
          quick.where(), "'quick' sets nothing; write e.g. quick: {training.steps: 100, seeds: 1}");
    }
    List<Setting> settings = new ArrayList<>();
    quick
        .entries()
        .forEach((key, value) -> {
          if (key.equals(QUICK)) {
            problems.add(value.where(), "'quick' cannot set itself");
          } else {
            settings.add(new Setting(key, value.asValue(), value.where() + ": quick " + key));
          }
        });
    return settings;
  }

  /** Names of arms, another name replaced by the one that it stands for. */
  private List<String> named(String key, Node node, List<Arm> arms) {
    if (arms.size() == 1 && arms.getFirst().name().isEmpty()) {
      problems.add(node.where(), "'" + key + "' chooses among 'arms', of which the file has none");
      return List.of("");
    }
    Map<String, String> known = new LinkedHashMap<>();
    arms.forEach(arm -> known.put(arm.name(), arm.sameAs().orElse(arm.name())));
    List<String> wanted = new ArrayList<>();
    for (Node item : node instanceof Sequence list ? list.items() : List.of(node)) {
      if (!(item instanceof Scalar s) || s.text().isEmpty()) {
        problems.add(
            item.where(),
            "'%s' is an arm or a list of arms: %s"
                .formatted(key, String.join(", ", known.keySet())));
      } else if (!known.containsKey(s.text())) {
        problems.add(
            s.where(), Problems.unknown("arm for " + key, s.text(), known.keySet()) + s.origin());
      } else {
        wanted.add(known.get(s.text()));
      }
    }
    if (node instanceof Sequence list && list.items().isEmpty()) {
      problems.add(
          node.where(),
          "'%s' lists no arm; leave it out%s"
              .formatted(key, key.equals(MODE) ? " for all of them" : ""));
    }
    return wanted;
  }
}
