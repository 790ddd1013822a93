package dev.steepest.study.report.picture;

import dev.steepest.study.record.RunRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pictures of all runs of a report that left some.
 *
 * @param byFolder by the folder of the run
 * @param problems what is there and cannot be read, a sentence each
 */
public record Album(Map<Path, Pictured> byFolder, List<String> problems) {

  /** Where no run left a picture, and where this machine cannot read any. */
  public static final Album EMPTY = new Album(Map.of(), List.of());

  /** Looks into the folders of the runs. */
  public static Album of(Collection<RunRecord> runs) {
    Map<Path, Pictured> pictures = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (RunRecord run : runs) {
      Pictured.Found found = Pictured.find(run);
      found.pictured().forEach(pictured -> pictures.put(run.folder(), pictured));
      problems.addAll(found.problems());
    }
    return new Album(pictures, List.copyOf(problems));
  }

  /** Whether there is nothing to show. */
  public boolean isEmpty() {
    return byFolder.isEmpty();
  }

  /** What a run left. */
  public Optional<Pictured> of(RunRecord run) {
    return Optional.ofNullable(byFolder.get(run.folder()));
  }

  /** All of them, in the order of the runs. */
  public List<Pictured> all() {
    return List.copyOf(byFolder.values());
  }
}
