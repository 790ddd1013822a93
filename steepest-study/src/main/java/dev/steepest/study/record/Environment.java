package dev.steepest.study.record;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a run was made: facts by name, such as {@code steepest.commit}, {@code steepest.dirty},
 * {@code libtorch}, {@code jdk}, {@code os}, {@code cpu}, {@code cpu.capability}, {@code cores},
 * {@code threads}, {@code allocator}, {@code device}, {@code gpu}. A fact that is not known is
 * absent.
 */
public record Environment(SortedMap<String, String> facts) {
  private static final String RESUMED = "resumed.";

  public Environment {
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
  }

  /** These facts, and {@code resumed.FACT} for each that was otherwise where the run was begun. */
  public Environment resumedFrom(Environment before) {
    Map<String, String> all = new TreeMap<>(facts);
    before.facts.forEach((fact, value) -> {
      if (!fact.startsWith(RESUMED) && !value.equals(facts.get(fact))) {
        all.put(RESUMED + fact, value);
      }
    });
    return new Environment(all);
  }

  public Environment(Map<String, String> facts) {
    this((SortedMap<String, String>) new TreeMap<>(facts));
  }
}
