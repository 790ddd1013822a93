package dev.steepest.study.plan;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What arms differ in: the settings that are not the same in all runs of one problem. Names of the
 * run (its arm, its seed) are no settings.
 *
 * @param arms in order of first appearance
 * @param settings by dotted path in alphabetical order, only those that differ; for each arm the
 *     value, the values of its runs joined by "or", or {@value #NONE}
 */
public record Differences(List<String> arms, SortedMap<String, Map<String, String>> settings) {
  /** In place of the value of a setting that an arm does not have. */
  public static final String NONE = "–";

  /** The seed that an imported run was published with, which says nothing of ours. */
  public static final String PUBLISHED_SEED = "published_seed";

  /** Names of the run, not of what it does. */
  private static final Set<String> LABELS =
      Set.of("arm", "seed", "experiment", "problem", "name", PUBLISHED_SEED);

  public Differences {
    arms = List.copyOf(arms);
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** Compares runs of one problem. */
  public static Differences of(Collection<RunSpec> runs) {
    Map<Settings, SortedMap<String, String>> texts = new LinkedHashMap<>();
    runs.forEach(run -> texts.computeIfAbsent(run.settings(), Settings::texts));
    Set<String> paths = new TreeSet<>();
    texts.values().forEach(values -> paths.addAll(values.keySet()));
    paths.removeAll(LABELS);
    List<String> arms = runs.stream().map(RunSpec::arm).distinct().toList();
    SortedMap<String, Map<String, String>> settings = new TreeMap<>();
    for (String path : paths) {
      if (texts.values().stream().map(values -> values.get(path)).distinct().count() > 1) {
        Map<String, Set<String>> seen = new LinkedHashMap<>();
        arms.forEach(arm -> seen.put(arm, new LinkedHashSet<>()));
        for (RunSpec run : runs) {
          seen.get(run.arm()).add(texts.get(run.settings()).getOrDefault(path, NONE));
        }
        settings.put(
            path,
            seen.entrySet().stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, arm -> String.join(" or ", arm.getValue()))));
      }
    }
    return new Differences(arms, settings);
  }

  /** The value of a setting in one run; empty where it has none. Equal texts are equal values. */
  public static Optional<String> text(RunSpec run, String path) {
    return Optional.ofNullable(run.settings().texts().get(path));
  }

  /** The dotted paths that differ. */
  public Set<String> paths() {
    return settings.keySet();
  }
}
