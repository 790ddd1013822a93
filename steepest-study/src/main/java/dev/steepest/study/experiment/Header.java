package dev.steepest.study.experiment;

import dev.steepest.study.experiment.Node.Broken;
import dev.steepest.study.experiment.Node.Mapping;
import dev.steepest.study.experiment.Node.Scalar;
import dev.steepest.study.experiment.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Reads what an experiment says of itself and all its arms share. */
final class Header {
  static final String MODE = "mode";

  static final List<String> KEYS = List.of("name", "title", "about", "seeds", "verdict", MODE);

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
    boolean nameless = arms.size() == 1 && arms.getFirst().name().isEmpty();
    if (mode == null || mode instanceof Broken || arms.isEmpty()) {
      return arms;
    }
    if (nameless) {
      problems.add(mode.where(), "'mode' chooses among 'arms', of which the file has none");
      return arms;
    }
    List<String> known = arms.stream().map(Arm::name).toList();
    List<String> wanted = new ArrayList<>();
    for (Node item : mode instanceof Sequence list ? list.items() : List.of(mode)) {
      if (!(item instanceof Scalar s) || s.text().isEmpty()) {
        problems.add(
            item.where(), "'mode' is an arm or a list of arms: " + String.join(", ", known));
      } else if (!known.contains(s.text())) {
        problems.add(s.where(), Problems.unknown("arm for mode", s.text(), known) + s.origin());
      } else {
        wanted.add(s.text());
      }
    }
    if (mode instanceof Sequence list && list.items().isEmpty()) {
      problems.add(mode.where(), "'mode' lists no arm; leave it out for all of them");
    }
    return arms.stream().filter(arm -> wanted.contains(arm.name())).toList();
  }
}
