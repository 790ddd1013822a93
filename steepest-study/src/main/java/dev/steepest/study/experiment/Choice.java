package dev.steepest.study.experiment;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One point on an axis of the grid: a section of the file with all its keys filled in.
 *
 * @param label short name that tells it from its neighbours on the axis, e.g. {@code "muon
 *     lr=0.02"}
 * @param varied what of the label its neighbours have otherwise, e.g. {@code "lr=0.02"}; empty
 *     where it has none
 * @param settings key to value; nested maps for parts
 */
public record Choice(String label, String varied, SortedMap<String, Object> settings) {
  public Choice {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  public Choice(String label, String varied, Map<String, Object> settings) {
    this(label, varied, (SortedMap<String, Object>) new TreeMap<>(settings));
  }
}
