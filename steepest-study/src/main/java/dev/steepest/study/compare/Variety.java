package dev.steepest.study.compare;

import dev.steepest.study.record.RunRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The different values that one fact takes over runs, each with the arms that have it.
 *
 * @param armsByValue runs per arm, by value; {@link #ABSENT} where a run does not state the fact
 */
record Variety(String name, Map<String, Map<String, Integer>> armsByValue) {
  static final String ABSENT = "not stated";

  static Variety of(String name, Collection<RunRecord> runs, Function<RunRecord, String> fact) {
    Map<String, Map<String, Integer>> values = new LinkedHashMap<>();
    for (RunRecord run : runs) {
      String value = fact.apply(run);
      values
          .computeIfAbsent(value == null ? ABSENT : value, _ -> new TreeMap<>())
          .merge(run.spec().arm(), 1, Integer::sum);
    }
    return new Variety(name, values);
  }

  boolean mixed() {
    return armsByValue.size() > 1;
  }

  /** Whether runs of one arm differ. */
  boolean mixedWithinAnArm() {
    Set<String> seen = new LinkedHashSet<>();
    return armsByValue.values().stream()
        .flatMap(arms -> arms.keySet().stream())
        .anyMatch(arm -> !seen.add(arm));
  }

  /** "threads is 8 (adamw 4), 4 (muon 4)". */
  String spoken() {
    return name
        + " is "
        + armsByValue.entrySet().stream()
            .map(e -> shortened(e.getKey()) + " (" + arms(e.getValue()) + ")")
            .collect(Collectors.joining(", "));
  }

  private static String arms(Map<String, Integer> arms) {
    return arms.entrySet().stream()
        .map(e -> e.getKey() + " ×" + e.getValue())
        .collect(Collectors.joining(", "));
  }

  /** Checksums and command lines are recognised by their first letters. */
  private static String shortened(String value) {
    return value.length() <= 40 ? value : value.substring(0, 12) + "…";
  }
}
