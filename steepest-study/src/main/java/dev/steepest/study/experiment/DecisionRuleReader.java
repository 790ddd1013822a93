package dev.steepest.study.experiment;

import dev.steepest.study.experiment.DecisionRule.Goal;
import dev.steepest.study.experiment.DecisionRule.Pair;
import dev.steepest.study.file.Node;
import dev.steepest.study.file.Node.Broken;
import dev.steepest.study.file.Node.Mapping;
import dev.steepest.study.file.Node.Scalar;
import dev.steepest.study.file.Node.Sequence;
import dev.steepest.study.file.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the {@code verdict} section: how the experiment decides. */
final class DecisionRuleReader {
  private static final List<String> KEYS =
      List.of("metric", "goal", "baseline", "pairs", "alpha", "targets", "curve");

  private final Vocabulary vocabulary;
  private final Problems problems;

  DecisionRuleReader(Vocabulary vocabulary, Problems problems) {
    this.vocabulary = vocabulary;
    this.problems = problems;
  }

  DecisionRule read(Node node, String file) {
    Mapping mapping =
        switch (node) {
          case null -> new Mapping(Map.of(), file);
          case Mapping m -> m;
          case Node other -> {
            problems.add(other.where(), "'verdict' holds keys: " + String.join(", ", KEYS));
            yield new Mapping(Map.of(), file);
          }
        };
    mapping
        .entries()
        .forEach((key, value) -> {
          if (!KEYS.contains(key)) {
            problems.add(value.where(), Problems.unknown("verdict key", key, KEYS));
          }
        });
    String metric = word(mapping, Key.word("metric", "test_accuracy", vocabulary.metrics(), ""));
    String curve = word(mapping, Key.word("curve", "val_accuracy", vocabulary.metrics(), ""));
    String usualGoal = rises(metric) ? "maximize" : "minimize";
    String goal = word(mapping, Key.word("goal", usualGoal, List.of("maximize", "minimize"), ""));
    Optional<String> baseline = baseline(mapping);
    List<Pair> pairs = pairs(mapping.entries().get("pairs"));
    if (baseline.isPresent() && !pairs.isEmpty()) {
      problems.add(
          mapping.where(),
          "verdict has a 'baseline', against which all arms are, and 'pairs'; keep one of them");
      pairs = List.of();
    }
    return new DecisionRule(
        metric,
        Goal.valueOf(goal.toUpperCase(Locale.ROOT)),
        baseline,
        pairs,
        number(mapping.entries().get("alpha")),
        targets(mapping.entries().get("targets")),
        curve,
        List.of());
  }

  private static boolean rises(String metric) {
    return metric.endsWith("accuracy")
        || (metric.endsWith("_confidence") && !metric.startsWith("steps_to_"))
        || metric.endsWith("_diversity")
        || metric.endsWith("_per_second")
        || metric.endsWith("_utilisation");
  }

  private String word(Mapping mapping, Key key) {
    Node node = mapping.entries().get(key.name());
    return node == null
        ? (String) key.preset().orElseThrow()
        : (String)
            ScalarReader.read("verdict", key, node, problems)
                .findFirst()
                .orElse(key.preset().orElseThrow());
  }

  private static Optional<String> baseline(Mapping mapping) {
    return mapping.entries().get("baseline") instanceof Scalar s && !s.text().isEmpty()
        ? Optional.of(s.text())
        : Optional.empty();
  }

  private List<Pair> pairs(Node node) {
    if (node == null) {
      return List.of();
    }
    List<Pair> pairs = new ArrayList<>();
    for (Node item : node instanceof Sequence list ? list.items() : List.of(node)) {
      if (item instanceof Sequence two
          && two.items().size() == 2
          && two.items().getFirst() instanceof Scalar first
          && two.items().getLast() instanceof Scalar second
          && !first.text().equals(second.text())) {
        pairs.add(new Pair(first.text(), second.text()));
      } else if (!(item instanceof Broken)) {
        problems.add(
            item.where(), "verdict.pairs lists two different arms each, e.g. [[lion, baseline]]");
      }
    }
    return pairs.stream().distinct().toList();
  }

  private double number(Node node) {
    Key alpha = Key.number("alpha", DecisionRule.USUAL_ALPHA, "(0, 1)", v -> v > 0 && v < 1, "");
    return node == null
        ? DecisionRule.USUAL_ALPHA
        : (Double)
            ScalarReader.read("verdict", alpha, node, problems)
                .findFirst()
                .orElse(DecisionRule.USUAL_ALPHA);
  }

  private List<Double> targets(Node node) {
    Key target = Key.number("targets", 0, "a number", _ -> true, "");
    Stream<Node> items =
        switch (node) {
          case null -> Stream.empty();
          case Sequence list -> list.items().stream();
          case Node one -> Stream.of(one);
        };
    return items
        .flatMap(item -> ScalarReader.read("verdict", target, item, problems))
        .map(Double.class::cast)
        .toList();
  }
}
