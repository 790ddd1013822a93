package dev.steepest.study.sweep;

import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A trial as this process last read it. */
final class KnownTrial {
  private TrialRow row;
  private final NavigableMap<Long, Double> reports = new TreeMap<>();

  KnownTrial(TrialRow row) {
    this.row = row;
  }

  TrialRow row() {
    return row;
  }

  void changed(TrialRow row) {
    this.row = row;
  }

  void reported(Report report) {
    reports.put(report.iteration(), report.value());
  }

  /** The newest iteration of which there is a report; 0 where there is none. */
  long iteration() {
    return reports.isEmpty() ? 0 : reports.lastKey();
  }

  Trial trial() {
    return trialWith(reports);
  }

  /** The trial as it will be with one more report. */
  Trial trialWith(Report report) {
    NavigableMap<Long, Double> more = new TreeMap<>(reports);
    more.put(report.iteration(), report.value());
    return trialWith(more);
  }

  private Trial trialWith(NavigableMap<Long, Double> reports) {
    List<Report> inOrder = new ArrayList<>(reports.size());
    reports.forEach((iteration, value) -> inOrder.add(new Report(iteration, value)));
    return new Trial(row.number(), row.values(), row.state(), inOrder, row.value());
  }

  /** With the trial, which was made of this before. */
  TrialStore.Entry entry(Trial trial) {
    return new TrialStore.Entry(trial, row.worker(), row.attempts(), row.end());
  }
}
