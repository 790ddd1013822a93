package dev.steepest.study.report;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The logs of a published comparison of Muon with Adam (exp9_muon_vs_adam): {@code metrics.json} of
 * a run and {@code comparison_summary.json} of all.
 *
 * <p>Times are minutes of the training clock, outside of which evaluation is; the published ones
 * had it inside. What stands under {@code val_} is of held-out text, and of the test text where
 * none was held out, which {@code measured_on} says. What is missing is null.
 */
final class ExperimentLogs {
  static final String METRICS = "metrics.json";
  static final String SUMMARY = "comparison_summary.json";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ExperimentLogs() {}

  /** {@code metrics.json} of one run. */
  static String metrics(LanguageRun run) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("experiment_config", config(run));
    json.put("final_metrics", finalMetrics(run));
    json.put("total_time_minutes", minutes(run.seconds()));
    json.put(
        "stopped_early",
        run.run().outcome().map(o -> o.status() != Outcome.Status.FINISHED).orElse(true));
    json.put("actual_steps", run.made());
    json.put("measured_on", run.set());
    json.put("history", history(run));
    return JSON.writeValueAsString(json) + "\n";
  }

  private static Map<String, Object> config(LanguageRun run) {
    RunRecord record = run.run();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", record.spec().arm());
    config.put("description", record.spec().problem() + ", " + record.spec().arm());
    config.put("optimizer_type", run.optimizerType());
    config.put("max_steps", run.planned());
    config.put("lr_schedule_type", run.setting("schedule.name").orElse(null));
    config.put("use_early_stopping", false);
    config.put("load_balancing_weight", number(run, "model.balance"));
    config.put("dropout", number(run, "model.dropout"));
    config.put("warmup_steps_ratio", number(run, "schedule.warmup"));
    config.put("min_lr_ratio", number(run, "schedule.floor"));
    config.put("grad_clip", number(run, "training.clip_norm"));
    if (record.spec().seed() >= 0) {
      config.put("seed", record.spec().seed());
    }
    config.put("problem", record.spec().problem());
    config.put("run_id", record.spec().id());
    config.put("settings", record.spec().settings().tree());
    return config;
  }

  private static Double number(LanguageRun run, String path) {
    return run.setting(path).map(Double::valueOf).orElse(null);
  }

  private static Map<String, Object> finalMetrics(LanguageRun run) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    metrics.put("val_loss", JsonNumbers.of(run.finalLoss()));
    metrics.put("val_accuracy", JsonNumbers.of(run.finalAccuracy()));
    metrics.put("val_perplexity", JsonNumbers.of(run.finalPerplexity()));
    run.run()
        .results()
        .forEach((name, value) -> metrics.put(name, JsonNumbers.of(OptionalDouble.of(value))));
    return metrics;
  }

  private static Map<String, Object> history(LanguageRun run) {
    List<Evaluation> looks = run.looks();
    Map<String, Object> history = new LinkedHashMap<>();
    history.put("steps", looks.stream().map(Evaluation::step).toList());
    history.put("val_losses", JsonNumbers.list(looks, run::loss));
    history.put("val_accuracies", JsonNumbers.list(looks, run::accuracy));
    history.put("val_perplexities", JsonNumbers.list(looks, run::perplexity));
    history.put(
        "elapsed_times", JsonNumbers.list(looks, e -> OptionalDouble.of(e.trainSeconds() / 60)));
    history.put("learning_rates", JsonNumbers.list(looks, run::learningRate));
    return history;
  }

  private static Double minutes(OptionalDouble seconds) {
    Double known = JsonNumbers.of(seconds);
    return known == null ? null : known / 60;
  }

  /** {@code comparison_summary.json}: an entry for each run, and the arms whose mean is least. */
  static String summary(List<LanguageRun> runs) {
    List<Map<String, Object>> experiments = new ArrayList<>();
    for (LanguageRun run : runs) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", run.run().spec().arm());
      one.put("problem", run.run().spec().problem());
      one.put("seed", run.run().spec().seed() < 0 ? null : run.run().spec().seed());
      one.put("run_id", run.run().spec().id());
      one.put("measured_on", run.set());
      one.put("optimizer_type", run.optimizerType());
      one.put("final_loss", JsonNumbers.of(run.finalLoss()));
      one.put("best_loss", JsonNumbers.of(run.bestLoss()));
      one.put("final_accuracy", JsonNumbers.of(run.finalAccuracy()));
      one.put("history", history(run));
      experiments.add(one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("experiments", experiments);
    json.put("best_experiment", best(runs, "").orElse(null));
    json.put("best_muon", best(runs, "muon").orElse(null));
    json.put("best_adam", best(runs, "adam").orElse(null));
    json.put("best_by", "mean final loss over seeds; whether it is better, verdict.txt says");
    return JSON.writeValueAsString(json) + "\n";
  }

  private static Optional<String> best(List<LanguageRun> runs, String type) {
    Map<String, double[]> sums = new TreeMap<>();
    for (LanguageRun run : runs) {
      Double loss = JsonNumbers.of(run.finalLoss());
      boolean meant = run.optimizerType().toLowerCase(Locale.ROOT).contains(type);
      if (meant && loss != null && run.run().finished()) {
        double[] sum = sums.computeIfAbsent(run.run().spec().arm(), _ -> new double[2]);
        sum[0] += loss;
        sum[1]++;
      }
    }
    return sums.entrySet().stream()
        .min(Map.Entry.comparingByValue((a, b) -> Double.compare(a[0] / a[1], b[0] / b[1])))
        .map(Map.Entry::getKey);
  }

  /** Whether the run was measured on the way at all; else there is nothing to log. */
  static boolean suits(LanguageRun run) {
    return !run.looks().isEmpty() || run.run().results().containsKey(Metric.TEST_LOSS);
  }
}
