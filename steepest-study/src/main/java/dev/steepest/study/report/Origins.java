package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.page.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Where the numbers of a report come from. */
final class Origins {
  private Origins() {}

  static Page.Provenance of(Gathering g) {
    return of(g.records(), run -> g.palette().index(run.spec().arm()) % Palette.COLORS);
  }

  /**
   * @param color index of a run's colour
   */
  static Page.Provenance of(List<RunRecord> records, ToIntFunction<RunRecord> color) {
    return new Page.Provenance(
        records.stream().map(run -> run(run, color.applyAsInt(run))).toList(),
        records.stream().filter(run -> !run.finished()).map(Origins::ended).toList(),
        facts(records, RunRecord::checksums),
        facts(records, run -> run.environment().facts()));
  }

  private static Page.Run run(RunRecord run, int color) {
    return new Page.Run(
        run.spec().problem(),
        run.spec().arm(),
        color,
        seed(run),
        run.spec().id(),
        outcome(run),
        "./steepest replay " + quoted(run.folder().toString()));
  }

  private static Page.Ended ended(RunRecord run) {
    String where =
        run.evaluations().isEmpty() ? "no evaluation" : where(run, run.evaluations().getLast());
    return new Page.Ended(
        run.spec().problem(),
        run.spec().arm(),
        seed(run),
        outcome(run),
        where,
        run.outcome().map(o -> o.reason()).orElse("in progress or killed"));
  }

  private static String where(RunRecord run, Evaluation e) {
    if (run.ofTokens() && e.step() >= 0) {
      return "step " + e.step();
    }
    return "epoch " + Numbers.shortest(e.epoch()) + (e.step() < 0 ? "" : ", step " + e.step());
  }

  private static String outcome(RunRecord run) {
    return run.outcome().map(o -> o.status().name().toLowerCase(Locale.ROOT)).orElse("unfinished");
  }

  /** Imported runs without a seed have a negative number of their own. */
  private static String seed(RunRecord run) {
    return run.spec().seed() < 0 ? Sections.ABSENT : "" + run.spec().seed();
  }

  /** As a POSIX shell reads it back. */
  static String quoted(String path) {
    return path.matches("[A-Za-z0-9_./=@%+:,-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  private static List<Page.Fact> facts(
      List<RunRecord> records, Function<RunRecord, SortedMap<String, String>> of) {
    SortedMap<String, SortedMap<String, Integer>> counts = new TreeMap<>();
    for (RunRecord run : records) {
      of.apply(run)
          .forEach((name, value) ->
              counts.computeIfAbsent(name, _ -> new TreeMap<>()).merge(value, 1, Integer::sum));
    }
    List<Page.Fact> facts = new ArrayList<>();
    counts.forEach((name, values) -> {
      for (Map.Entry<String, Integer> one : values.entrySet()) {
        boolean all = one.getValue() == records.size();
        String runs =
            all ? "all runs" : one.getValue() + " of " + Numbers.count(records.size(), "run");
        facts.add(new Page.Fact(name, one.getKey(), runs));
      }
    });
    return facts;
  }
}
