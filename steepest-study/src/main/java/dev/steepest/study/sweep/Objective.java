package dev.steepest.study.sweep;

import dev.steepest.study.search.Goal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a sweep improves.
 *
 * @param name of the metric; empty where the file has none
 * @param target a value at which the sweep may end
 */
record Objective(String name, Goal goal, OptionalDouble target) {
  static final String METRIC = "metric";
  private static final String NAME = "name";
  private static final String GOAL = "goal";
  private static final String TARGET = "target";
  private static final String IMPUTE = "impute";
  private static final String IMPUTE_RUNNING = "impute_while_running";

  static Objective read(Fields root) {
    Optional<Fields> metric = root.group(METRIC);
    if (metric.isEmpty()) {
      // One that is there but wrong was told of: who needs a metric need not tell of it again.
      return new Objective(root.has(METRIC) ? "?" : "", Goal.MINIMIZE, OptionalDouble.empty());
    }
    Fields group = metric.get();
    group.allowOnly("key of a metric", List.of(NAME, GOAL, TARGET, IMPUTE, IMPUTE_RUNNING));
    if (!group.has(NAME)) {
      group.missing(NAME, "write what is to be improved, e.g. val_loss");
    }
    Optional<String> goal = group.choice(GOAL, GOAL, List.of("minimize", "maximize"));
    // The one way that the searchers have: diverged trials are the worst, running ones unknown.
    group.choice(IMPUTE, "way to impute", List.of("worst"));
    group.choice(IMPUTE_RUNNING, "way to impute", List.of("false"));
    return new Objective(
        group.word(NAME).orElse("?"),
        goal.filter("maximize"::equals).isPresent() ? Goal.MAXIMIZE : Goal.MINIMIZE,
        group.number(TARGET));
  }

  boolean isNamed() {
    return !name.isEmpty();
  }
}
