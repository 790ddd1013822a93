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
  public Environment {
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
  }

  public Environment(Map<String, String> facts) {
    this((SortedMap<String, String>) new TreeMap<>(facts));
  }
}
