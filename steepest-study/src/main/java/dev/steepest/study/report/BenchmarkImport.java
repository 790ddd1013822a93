package dev.steepest.study.report;

import dev.steepest.study.plan.Differences;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.Outcome.Status;
import dev.steepest.study.report.BenchmarkLog.Arm;
import dev.steepest.study.report.BenchmarkLog.HistoryRow;
import dev.steepest.study.report.BenchmarkLog.Problem;
import dev.steepest.study.report.BenchmarkLog.Run;
import dev.steepest.study.report.ForeignResults.NotUnderstood;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Runs of speed benchmarks: our {@code benchmark.json}, and two forms of {@code log.json} that were
 * published with an airbench94 study on CIFAR-10 (M. and S. Hedlund 2025): a screening, {@code
 * {experiment_name, hyperparameters, modifications, environment, runs[{accuracy, tta_accuracy,
 * total_time_seconds, seed}], accs, times}}, and a final benchmark of unseeded runs, {@code
 * {experiment_name, hyperparameters, raw_data{accuracies, times}, raw_training_curves}}.
 *
 * <p>Their arms are named {@code published: …}, and their seeds are a setting: a seed of another
 * program draws other numbers, so that its runs are nobody's pairs.
 *
 * <p>What those logs call {@code val_acc} is measured on the test set, and their {@code accs} and
 * {@code accuracies} are with test-time augmentation.
 */
final class BenchmarkImport {
  /** The published logs name neither network nor data; they are of this one problem. */
  static final String PUBLISHED_PROBLEM = "airbench94 · cifar10";

  /** Before the names of their arms, which may be those of ours. */
  static final String PUBLISHED_ARM = "published: ";

  private BenchmarkImport() {}

  /** Empty where {@code root} is no such log. */
  static Optional<List<ForeignRun>> runs(Path file, JsonNode root) {
    if (BenchmarkLog.is(root)) {
      return Optional.of(ours(BenchmarkLog.of(root), file));
    }
    if (!root.path("experiment_name").isString()) {
      return Optional.empty();
    }
    if (root.path("runs").isArray()) {
      return Optional.of(screening(file, root));
    }
    JsonNode raw = root.path("raw_data");
    if (raw.path("accuracies").isArray()) {
      return Optional.of(unseeded(file, root, raw.path("accuracies"), raw.path("times")));
    }
    return root.path("accs").isArray()
        ? Optional.of(unseeded(file, root, root.path("accs"), root.path("times")))
        : Optional.empty();
  }

  private static List<ForeignRun> ours(BenchmarkLog log, Path file) {
    List<Run> all =
        log.problems().stream()
            .flatMap(problem -> problem.arms().stream())
            .flatMap(arm -> arm.runs().stream())
            .toList();
    Origin common =
        new Origin(
            file,
            Form.LOG,
            Optional.empty(),
            common(log.environment(), all, Run::environment),
            common(log.dataSha256(), all, Run::dataSha256));
    List<ForeignRun> runs = new ArrayList<>();
    for (Problem problem : log.problems()) {
      for (Arm arm : problem.arms()) {
        arm.runs()
            .forEach(run -> {
              List<Point> points =
                  arm.history().stream()
                      .filter(row -> row.run() == run.run())
                      .map(row -> point(row, problem.valOf()))
                      .toList();
              runs.add(
                  run(
                      problem,
                      arm,
                      run.seed(),
                      Status.FINISHED,
                      run.results(),
                      points,
                      of(common, run)));
            });
        lost(runs, problem, arm, arm.lost().diverged(), Status.DIVERGED, common);
        lost(runs, problem, arm, arm.lost().failed(), Status.FAILED, common);
        lost(runs, problem, arm, arm.lost().unfinished(), Status.STOPPED, common);
      }
    }
    return runs;
  }

  /**
   * What the log states of all its runs: what none of them states of itself. Logs did not always
   * say which run has which of several values.
   */
  private static Map<String, String> common(
      SortedMap<String, List<String>> stated,
      List<Run> runs,
      Function<Run, SortedMap<String, String>> own) {
    Map<String, String> common = new TreeMap<>();
    stated.forEach((name, values) -> {
      if (runs.stream().noneMatch(run -> own.apply(run).containsKey(name))) {
        common.put(name, String.join(" or ", values));
      }
    });
    return common;
  }

  /** What the log states of one run. */
  private static Origin of(Origin common, Run run) {
    Map<String, String> facts = new TreeMap<>(common.facts());
    facts.putAll(run.environment());
    Map<String, String> checksums = new TreeMap<>(common.checksums());
    checksums.putAll(run.dataSha256());
    return new Origin(common.file(), Form.LOG, Optional.of(run.id()), facts, checksums);
  }

  private static void lost(
      List<ForeignRun> runs,
      Problem problem,
      Arm arm,
      List<Long> seeds,
      Status status,
      Origin origin) {
    for (long seed : seeds) {
      runs.add(
          run(
              problem,
              arm,
              seed < 0 ? OptionalLong.empty() : OptionalLong.of(seed),
              status,
              new TreeMap<>(),
              List.of(),
              origin));
    }
  }

  private static ForeignRun run(
      Problem problem,
      Arm arm,
      OptionalLong seed,
      Status status,
      SortedMap<String, Double> results,
      List<Point> points,
      Origin origin) {
    return new ForeignRun(
        problem.problem(),
        arm.mode(),
        seed,
        status,
        arm.hyperparameters(),
        results,
        points,
        origin);
  }

  private static Point point(HistoryRow row, Optional<String> valOf) {
    boolean tested = valOf.equals(Optional.of("test"));
    TreeMap<String, Double> values = new TreeMap<>();
    row.trainAcc().ifPresent(v -> values.put(Metric.TRAIN_ACCURACY, v));
    row.trainLoss().ifPresent(v -> values.put(Metric.TRAIN_LOSS, v));
    row.valAcc().ifPresent(v -> values.put(tested ? Metric.TEST_ACCURACY : Metric.VAL_ACCURACY, v));
    row.valLoss().ifPresent(v -> values.put(tested ? Metric.TEST_LOSS : Metric.VAL_LOSS, v));
    return new Point(row.epoch(), Double.NaN, row.seconds().orElse(Double.NaN), values);
  }

  private static List<ForeignRun> screening(Path file, JsonNode root) {
    List<ForeignRun> runs = new ArrayList<>();
    for (JsonNode run : root.path("runs")) {
      TreeMap<String, Double> results = new TreeMap<>();
      put(results, Metric.TEST_ACCURACY, run.path("accuracy"));
      put(results, Metric.TTA_ACCURACY, run.path("tta_accuracy"));
      put(results, Metric.TOTAL_SECONDS, run.path("total_time_seconds"));
      if (results.isEmpty()) {
        throw new NotUnderstood(
            "has runs without accuracy, tta_accuracy and total_time_seconds; run "
                + runs.size()
                + " is "
                + run);
      }
      JsonNode seed = run.path("seed");
      runs.add(
          published(
              file,
              root,
              seed.isIntegralNumber() ? OptionalLong.of(seed.longValue()) : OptionalLong.empty(),
              results,
              List.of()));
    }
    return runs;
  }

  private static List<ForeignRun> unseeded(
      Path file, JsonNode root, JsonNode accuracies, JsonNode times) {
    List<ForeignRun> runs = new ArrayList<>();
    for (int i = 0; i < accuracies.size(); i++) {
      TreeMap<String, Double> results = new TreeMap<>();
      put(results, Metric.TTA_ACCURACY, accuracies.path(i));
      put(results, Metric.TOTAL_SECONDS, times.path(i));
      List<Point> points = new ArrayList<>();
      for (JsonNode row : root.path("raw_training_curves").path(i)) {
        points.add(point(row));
      }
      runs.add(published(file, root, OptionalLong.empty(), results, points));
    }
    return runs;
  }

  private static Point point(JsonNode row) {
    TreeMap<String, Double> values = new TreeMap<>();
    put(values, Metric.TRAIN_LOSS, row.path("train_loss"));
    put(values, Metric.TRAIN_ACCURACY, row.path("train_acc"));
    put(values, Metric.TEST_ACCURACY, row.path("val_acc"));
    return new Point(row.path("epoch").asDouble(Double.NaN), Double.NaN, Double.NaN, values);
  }

  private static ForeignRun published(
      Path file,
      JsonNode root,
      OptionalLong seed,
      SortedMap<String, Double> results,
      List<Point> points) {
    Map<String, Object> settings = new TreeMap<>();
    for (String section : List.of("hyperparameters", "modifications")) {
      if (root.path(section).isObject()) {
        settings.put(section, ForeignJson.settings(root.path(section)));
      }
    }
    seed.ifPresent(number -> settings.put(Differences.PUBLISHED_SEED, number));
    Map<String, String> facts = new TreeMap<>();
    root.path("environment")
        .properties()
        .forEach(fact -> {
          if (fact.getValue().isString()) {
            facts.put(fact.getKey(), fact.getValue().asString());
          }
        });
    return new ForeignRun(
        PUBLISHED_PROBLEM,
        PUBLISHED_ARM + root.path("experiment_name").asString(),
        OptionalLong.empty(),
        Status.FINISHED,
        settings,
        results,
        points,
        new Origin(file, Form.LOG, Optional.empty(), facts, Map.of()));
  }

  private static void put(Map<String, Double> values, String name, JsonNode value) {
    OptionalDouble number =
        value.isNumber() ? ForeignRun.finite(value.doubleValue()) : OptionalDouble.empty();
    number.ifPresent(v -> values.put(name, v));
  }
}
