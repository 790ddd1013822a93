package dev.steepest.study.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What arms differ in: the settings that are not the same in all runs of one problem.
 *
 * @param arms in order of first appearance
 * @param settings by dotted path in alphabetical order, only those that differ; for each arm the
 *     values of its runs, none where it has no such setting
 */
public record Differences(
    List<String> arms, SortedMap<String, Map<String, List<Object>>> settings) {
  /** In place of the value of a setting that an arm does not have. */
  public static final String NONE = "–";

  public Differences {
    arms = List.copyOf(arms);
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** Compares runs of one problem; labels and seeds are no settings. */
  public static Differences of(Collection<RunSpec> runs) {
    List<String> arms = runs.stream().map(RunSpec::arm).distinct().toList();
    Map<Settings, SortedMap<String, Object>> values = new LinkedHashMap<>();
    runs.forEach(run -> values.computeIfAbsent(run.settings(), Settings::values));
    Set<String> paths = new TreeSet<>();
    values.values().forEach(v -> paths.addAll(v.keySet()));
    SortedMap<String, Map<String, List<Object>>> settings = new TreeMap<>();
    for (String path : paths) {
      if (values.values().stream().map(v -> v.get(path)).distinct().count() > 1) {
        settings.put(path, byArm(arms, runs, values, path));
      }
    }
    return new Differences(arms, settings);
  }

  private static Map<String, List<Object>> byArm(
      List<String> arms,
      Collection<RunSpec> runs,
      Map<Settings, SortedMap<String, Object>> values,
      String path) {
    Map<String, Set<Object>> seen = new LinkedHashMap<>();
    arms.forEach(arm -> seen.put(arm, new LinkedHashSet<>()));
    for (RunSpec run : runs) {
      Object value = values.get(run.settings()).get(path);
      if (value != null) {
        seen.get(run.arm()).add(value);
      }
    }
    Map<String, List<Object>> lists = new LinkedHashMap<>();
    seen.forEach((arm, set) -> lists.put(arm, new ArrayList<>(set)));
    return lists;
  }

  /** The value of a setting in one arm as it is written; several joined by "or". */
  public String text(String path, String arm) {
    List<Object> values = settings.get(path).get(arm);
    return values.isEmpty()
        ? NONE
        : values.stream().map(String::valueOf).collect(Collectors.joining(" or "));
  }

  /** The dotted paths that differ. */
  public Set<String> paths() {
    return settings.keySet();
  }
}
