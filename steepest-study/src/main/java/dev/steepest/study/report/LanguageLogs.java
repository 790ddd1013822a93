package dev.steepest.study.report;

import dev.steepest.study.record.RunRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The logs of runs on tokens in the forms in which comparisons of them were published, written from
 * the records: {@code logs/RUN/log.txt} and {@code log.json} of each run, {@code
 * experiments/ARM/metrics.json} of each experiment (in a folder per seed where there are several),
 * and {@code comparison_summary.json}.
 */
final class LanguageLogs {
  private LanguageLogs() {}

  static void write(Gathering g, ReportFolder files) {
    List<LanguageRun> runs =
        g.records().stream()
            .filter(RunRecord::ofTokens)
            .map(LanguageRun::of)
            .filter(ExperimentLogs::suits)
            .toList();
    if (runs.isEmpty()) {
      return;
    }
    files.write("language_results.csv", LanguageTables.results(g.records()));
    files.write("evaluations_long.csv", LanguageTables.evaluations(g.records()));
    Set<String> used = new HashSet<>();
    for (LanguageRun run : runs) {
      SpeedrunLog log = new SpeedrunLog(run);
      String folder = unused(used, "logs/" + name(run.run()));
      files.write(folder + "/log.txt", log.text());
      files.write(folder + "/log.json", log.json());
      files.write(
          unused(used, experiment(g, run.run())) + ExperimentLogs.METRICS,
          ExperimentLogs.metrics(run));
    }
    files.write(ExperimentLogs.SUMMARY, ExperimentLogs.summary(runs));
  }

  /** The same run read from two folders has the same name twice; the later gets a number. */
  private static String unused(Set<String> used, String name) {
    String free = name;
    for (int i = 2; !used.add(free); i++) {
      free =
          name.endsWith("/")
              ? name.substring(0, name.length() - 1) + "_" + i + "/"
              : name + "_" + i;
    }
    return free;
  }

  private static String name(RunRecord run) {
    return slug(run.spec().problem() + "_" + run.spec().arm() + "_seed" + run.spec().seed())
        + "_"
        + run.spec().id();
  }

  private static String experiment(Gathering g, RunRecord run) {
    long runs =
        g.records().stream()
            .filter(other ->
                other.spec().arm().equals(run.spec().arm())
                    && other.spec().problem().equals(run.spec().problem()))
            .count();
    return folder(g, run.spec().problem(), run.spec().arm())
        + (runs > 1 ? "seed_" + run.spec().seed() + "/" : "");
  }

  /** Where the files of an arm go; with the problem's name where there are several. */
  static String folder(Gathering g, String problem, String arm) {
    boolean several = g.verdict().problems().size() > 1;
    return "experiments/" + (several ? slug(problem) + "/" : "") + slug(arm) + "/";
  }

  static String slug(String words) {
    return words.replaceAll("[^A-Za-z0-9._=-]+", "-");
  }
}
