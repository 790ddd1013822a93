package dev.steepest.study.report;

import dev.steepest.study.record.RunRecord;
import dev.steepest.study.search.Report;
import dev.steepest.study.search.Trial;
import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code sweep.json}: everything that the page shows, for programs. Values are in the metric's own
 * unit; what is missing is null.
 */
record SweepJson(TriedSweep sweep, SweepWords words) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static String of(TriedSweep sweep) {
    return JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsString(new SweepJson(sweep, new SweepWords(sweep)).root())
        + "\n";
  }

  private Map<String, Object> root() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("name", sweep.sweep().name());
    root.put("headline", words.headline());
    root.put("metric", sweep.sweep().metric());
    root.put("goal", sweep.sweep().goal().name().toLowerCase(Locale.ROOT));
    root.put("target", JsonNumbers.of(sweep.sweep().target()));
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Trial.State state : Trial.State.values()) {
      counts.put(state.name().toLowerCase(Locale.ROOT), sweep.count(state));
    }
    root.put("trials_by_state", counts);
    root.put("train_seconds", sweep.seconds());
    root.put("ranking", sweep.ranked().stream().map(TriedTrial::number).toList());
    root.put("alarms", words.alarms().stream().map(alarm -> alarm.sentence()).toList());
    root.put("importance", importance());
    root.put("trials", sweep.trials().stream().map(this::trial).toList());
    return root;
  }

  private Map<String, Object> importance() {
    Map<String, Object> all = new LinkedHashMap<>();
    Optional<Importance> found = sweep.importance().found();
    all.put("reason", sweep.importance().why());
    found.ifPresent(importance -> {
      all.put("explained_of_trials_left_out", importance.explained());
      all.put("of_several_together", importance.together());
      all.put("trials", importance.observations());
      all.put("trials_capped", sweep.importance().capped());
      List<Object> effects = new ArrayList<>();
      for (Importance.Effect e : importance.effects()) {
        Map<String, Object> effect = new LinkedHashMap<>();
        effect.put("parameter", e.factor());
        effect.put("alone", e.alone());
        effect.put("alone_interval", List.of(e.aloneInterval().low(), e.aloneInterval().high()));
        effect.put("shuffled", e.shuffled());
        effect.put(
            "shuffled_interval", List.of(e.shuffledInterval().low(), e.shuffledInterval().high()));
        effect.put("told_from_noise", e.shown());
        effects.add(effect);
      }
      all.put("parameters", effects);
    });
    return all;
  }

  private Map<String, Object> trial(TriedTrial trial) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("trial", trial.number());
    one.put("state", trial.state().name().toLowerCase(Locale.ROOT));
    one.put("parameters", trial.entry().trial().values());
    one.put("value", JsonNumbers.of(trial.value()));
    one.put("train_seconds", JsonNumbers.of(trial.seconds()));
    one.put("attempts", trial.entry().attempts());
    one.put("worker", trial.entry().worker());
    one.put("reason", trial.reason());
    List<Report> reports = trial.entry().trial().reports();
    one.put("iterations", reports.stream().map(Report::iteration).toList());
    one.put("values", JsonNumbers.list(reports, report -> OptionalDouble.of(report.value())));
    one.put("test", sweep.test(trial).map(this::test).orElse(null));
    one.put("records", folders(trial.runs()));
    one.put("final_records", folders(trial.finals()));
    return one;
  }

  private Map<String, Object> test(Summary s) {
    Map<String, Object> test = new LinkedHashMap<>();
    test.put("metric", sweep.tested().orElseThrow().metric());
    test.put("mean", s.mean());
    test.put("runs", s.n());
    test.put("low", s.interval().map(i -> i.low()).orElse(null));
    test.put("high", s.interval().map(i -> i.high()).orElse(null));
    return test;
  }

  private static List<String> folders(List<RunRecord> records) {
    return records.stream().map(run -> run.folder().toString()).toList();
  }
}
