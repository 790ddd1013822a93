package dev.steepest.optim.golden;

import dev.steepest.optim.Knobs;
import dev.steepest.optim.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which rules and wrappers have followed which recorded runs, by every path: {@code
 * target/golden.csv}, from which {@code docs/data/optimizer-golden.csv} is taken.
 */
final class GoldenReport {

  private static final Path FILE = Path.of("target", "golden.csv");

  private final Map<String, Set<Optimizer.Path>> followed = new TreeMap<>();

  /** Notes that a run was followed to its end. */
  void passed(String name, Optimizer.Path path, Optimizer optimizer) {
    Set<String> who = new TreeSet<>();
    optimizer.groups().forEach(group -> who.add(Knobs.name(group.rule().getClass())));
    // A wrapper's state has its name before a colon.
    optimizer.state().keySet().stream()
        .filter(key -> key.contains(":"))
        .forEach(key -> who.add(key.substring(0, key.indexOf(':'))));
    for (String rule : who) {
      followed.computeIfAbsent(rule + "," + name, _ -> new TreeSet<>()).add(path);
    }
  }

  void write() throws IOException {
    List<String> lines = new ArrayList<>(List.of("rule,case"));
    followed.forEach((line, paths) -> {
      if (paths.size() == Optimizer.Path.values().length) {
        lines.add(line);
      }
    });
    Files.createDirectories(FILE.toAbsolutePath().getParent());
    Files.write(FILE, lines);
  }
}
