package dev.steepest.study.report;

import dev.steepest.study.plan.Differences;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.report.ForeignRun.Form;
import dev.steepest.study.report.ForeignRun.Origin;
import dev.steepest.study.report.ForeignRun.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Runs on tokens that others logged, or that we logged in their forms: {@code metrics.json} and
 * {@code comparison_summary.json} of exp9_muon_vs_adam, see {@link ExperimentLogs}, and {@code
 * log.json} of ese-3060, see {@link SpeedrunLog}.
 *
 * <p>Arms of others are named {@code published: …}, and their seeds are a setting: a seed of
 * another program draws other numbers, so that its runs are nobody's pairs. Their minutes have
 * evaluation in them.
 */
final class LanguageImport {
  /** What the published files are of, which they do not say. */
  static final String PUBLISHED_EXPERIMENTS = "moe-gpt · text";

  static final String PUBLISHED_SPEEDRUN = "gpt · fineweb10B";

  private LanguageImport() {}

  /** Empty where {@code root} is no such log. */
  static Optional<List<ForeignRun>> runs(Path file, JsonNode root) {
    JsonNode config = root.path("experiment_config");
    if (isHistory(root.path("history")) && config.path("name").isString()) {
      return Optional.of(List.of(experiment(file, config, root, config)));
    }
    JsonNode experiments = root.path("experiments");
    if (experiments.isArray()
        && !experiments.isEmpty()
        && experiments.valueStream().allMatch(e -> isHistory(e.path("history")))) {
      return Optional.of(
          experiments.valueStream().map(e -> experiment(file, e, e, e.path("settings"))).toList());
    }
    return root.path("training_data").path("val_losses").isArray()
        ? Optional.of(List.of(speedrun(file, root)))
        : Optional.empty();
  }

  private static boolean isHistory(JsonNode history) {
    return history.path("steps").isArray() && history.path("val_losses").isArray();
  }

  /**
   * @param named says who it is
   * @param run holds the history
   */
  private static ForeignRun experiment(Path file, JsonNode named, JsonNode run, JsonNode config) {
    JsonNode history = run.path("history");
    boolean tested = run.path("measured_on").asString("").equals("test");
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < history.path("steps").size(); i++) {
      TreeMap<String, Double> values = new TreeMap<>();
      put(values, set(tested, "loss"), history.path("val_losses").path(i));
      put(values, set(tested, "accuracy"), history.path("val_accuracies").path(i));
      put(values, set(tested, "perplexity"), history.path("val_perplexities").path(i));
      double minutes = history.path("elapsed_times").path(i).asDouble(Double.NaN);
      points.add(point(history.path("steps").path(i), 60 * minutes, values));
    }
    boolean ours = named.path("run_id").isString();
    return run(
        file,
        ours ? problem(named) : PUBLISHED_EXPERIMENTS,
        (ours ? "" : BenchmarkImport.PUBLISHED_ARM) + named.path("name").asString(),
        named.path("seed"),
        ours,
        config.isObject() ? ForeignJson.settings(config) : Map.of(),
        points,
        named.path("run_id"));
  }

  private static ForeignRun speedrun(Path file, JsonNode root) {
    JsonNode data = root.path("training_data");
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < data.path("val_losses").size(); i++) {
      TreeMap<String, Double> values = new TreeMap<>();
      JsonNode loss = data.path("val_losses").path(i);
      put(values, Metric.VAL_LOSS, loss);
      if (loss.isNumber() && Double.isFinite(Math.exp(loss.doubleValue()))) {
        values.put(Metric.VAL_PERPLEXITY, Math.exp(loss.doubleValue()));
      }
      double ms = data.path("train_times_ms").path(i).asDouble(Double.NaN);
      points.add(point(data.path("steps").path(i), ms / 1000, values));
    }
    boolean ours = root.path("arm").isString();
    JsonNode parameters = root.path("hyperparameters");
    boolean brief = parameters.path("short_run").asBoolean(false);
    return run(
        file,
        ours ? root.path("problem").asString() : PUBLISHED_SPEEDRUN,
        ours
            ? root.path("arm").asString()
            : BenchmarkImport.PUBLISHED_ARM
                + parameters.path("block_optimizer").asString("gpt")
                + (brief ? ", short run" : ""),
        root.path("random_seed"),
        ours,
        ForeignJson.settings(ours ? root.path("settings") : parameters),
        points,
        root.path("run_id"));
  }

  private static ForeignRun run(
      Path file,
      String problem,
      String arm,
      JsonNode seed,
      boolean ours,
      Map<String, Object> config,
      List<Point> points,
      JsonNode id) {
    Map<String, Object> settings = new TreeMap<>(config);
    OptionalLong number =
        seed.isIntegralNumber() ? OptionalLong.of(seed.longValue()) : OptionalLong.empty();
    if (!ours && number.isPresent()) {
      settings.put(Differences.PUBLISHED_SEED, number.getAsLong());
    }
    TreeMap<String, Double> results = new TreeMap<>();
    if (!points.isEmpty()) {
      Optional.ofNullable(points.getLast().values().get(Metric.VAL_LOSS))
          .ifPresent(loss -> results.put(Metric.VAL_LOSS, loss));
    }
    return new ForeignRun(
        problem,
        arm,
        ours ? number : OptionalLong.empty(),
        Status.FINISHED,
        settings,
        results,
        points,
        new Origin(
            file,
            Form.VIEW,
            id.isString() ? Optional.of(id.asString()) : Optional.empty(),
            Map.of(),
            Map.of()));
  }

  /** As our records name it: the network and the data. */
  private static String problem(JsonNode config) {
    return config.path("problem").asString(PUBLISHED_EXPERIMENTS);
  }

  private static String set(boolean tested, String value) {
    return (tested ? "test_" : "val_") + value;
  }

  private static Point point(JsonNode step, double seconds, TreeMap<String, Double> values) {
    return new Point(Double.NaN, step.asLong(-1), Double.NaN, seconds, values);
  }

  private static void put(Map<String, Double> values, String name, JsonNode value) {
    OptionalDouble number =
        value.isNumber() ? ForeignRun.finite(value.doubleValue()) : OptionalDouble.empty();
    number.ifPresent(v -> values.put(name, v));
  }
}
