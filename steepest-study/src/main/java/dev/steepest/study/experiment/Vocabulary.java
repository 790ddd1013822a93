package dev.steepest.study.experiment;

import java.util.List;
import java.util.Map;

/**
 * The words that an experiment file may use: sections, the names to choose from, their keys with
 * types, ranges and defaults. Whoever owns optimizers, networks and data implements it, so that a
 * typo fails before anything is built.
 */
public interface Vocabulary {

  /** The sections of an experiment file, in the order in which a person would read them. */
  List<Section> sections();

  /** Values that runs record and a decision rule may name. */
  List<String> metrics();

  /**
   * Fills in what follows from other settings of the same section.
   *
   * @param settings the settings of one choice; keys whose default is {@link Key.Default#INHERITED}
   *     may be missing
   * @return all settings
   * @throws IllegalArgumentException if the settings contradict each other
   */
  default Map<String, Object> complete(String section, Map<String, Object> settings) {
    return settings;
  }

  /** What networks are trained for, in words that an experiment's {@code task} may say. */
  default List<String> tasks() {
    return List.of();
  }

  /**
   * What a configuration trains its network for: one of {@link #tasks()}.
   *
   * @param settings section name to its settings, every default filled in
   */
  default String task(Map<String, Map<String, Object>> settings) {
    throw new UnsupportedOperationException("This vocabulary has no words for tasks.");
  }

  /**
   * Objections to a complete configuration whose parts are each valid but do not fit together, one
   * sentence each.
   *
   * @param settings section name to its settings, every default filled in
   */
  List<String> objections(Map<String, Map<String, Object>> settings);
}
