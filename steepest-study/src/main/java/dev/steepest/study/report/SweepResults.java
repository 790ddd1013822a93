package dev.steepest.study.report;

import dev.steepest.study.record.RunRecord;
import dev.steepest.study.sweep.Sweep;
import dev.steepest.study.sweep.TrialStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What there is to say of a sweep.
 *
 * @param sweep as its file describes it
 * @param entries all trials; kept by number
 * @param runs the records of a trial's runs, by its number; a trial may have none
 * @param finals records of runs that repeat a trial's configuration on fresh seeds and look at the
 *     test set, by its number; mostly of the chosen one alone
 */
public record SweepResults(
    Sweep sweep,
    List<TrialStore.Entry> entries,
    SortedMap<Integer, List<RunRecord>> runs,
    SortedMap<Integer, List<RunRecord>> finals) {

  public SweepResults {
    entries =
        entries.stream().sorted(Comparator.comparingInt(entry -> entry.trial().number())).toList();
    runs = copy(runs);
    finals = copy(finals);
  }

  private static SortedMap<Integer, List<RunRecord>> copy(Map<Integer, List<RunRecord>> records) {
    SortedMap<Integer, List<RunRecord>> copy = new TreeMap<>();
    records.forEach((trial, list) -> copy.put(trial, List.copyOf(list)));
    return copy;
  }
}
