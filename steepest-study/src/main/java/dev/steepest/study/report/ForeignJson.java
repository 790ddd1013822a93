package dev.steepest.study.report;

import dev.steepest.study.record.Metric;
import dev.steepest.study.report.ForeignResults.NotUnderstood;
import dev.steepest.study.report.ForeignRun.Point;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads run summaries, nested results and flat lists. */
final class ForeignJson {
  /** Python writes NaN and Infinity as they are. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** Says in our summaries whether accuracies are of validation images or of the test set. */
  static final String ACCURACY_OF = "accuracy_of";

  private ForeignJson() {}

  static List<ForeignRun> read(Path file) throws IOException {
    JsonNode root = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
    if (root.isArray()) {
      return list(file, root);
    }
    if (!root.isObject()) {
      throw new NotUnderstood("holds neither an object nor a list");
    }
    Optional<List<ForeignRun>> log = BenchmarkImport.runs(file, root);
    log = log.isPresent() ? log : LanguageImport.runs(file, root);
    if (log.isPresent()) {
      return log.get();
    }
    if (isRun(root)) {
      return List.of(run(file, root, Optional.empty(), Optional.empty()));
    }
    return nested(file, root);
  }

  /** {Model: {Optimizer: {…}}}; what is nested otherwise is not guessed at. */
  private static List<ForeignRun> nested(Path file, JsonNode root) {
    List<ForeignRun> runs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> model : root.properties()) {
      for (Map.Entry<String, JsonNode> optimizer : model.getValue().properties()) {
        List<JsonNode> seeds =
            optimizer.getValue().isArray()
                ? optimizer.getValue().valueStream().toList()
                : List.of(optimizer.getValue());
        for (JsonNode one : seeds) {
          if (isRun(one)) {
            runs.add(run(file, one, Optional.of(model.getKey()), Optional.of(optimizer.getKey())));
          }
        }
      }
    }
    if (runs.isEmpty()) {
      throw new NotUnderstood(
          "is neither a run summary nor {model: {optimizer: {…}}}; its keys are "
              + lower(root).keySet());
    }
    return runs;
  }

  private static List<ForeignRun> list(Path file, JsonNode root) {
    List<JsonNode> objects = root.valueStream().filter(JsonNode::isObject).toList();
    if (objects.isEmpty()) {
      throw new NotUnderstood("is a list without objects");
    }
    boolean epochs =
        objects.stream().allMatch(o -> ForeignKeys.EPOCH.in(scalars(o)::get).isPresent())
            && objects.stream().noneMatch(o -> lower(o).containsKey("history"));
    return epochs
        ? epochs(file, objects)
        : objects.stream().map(o -> run(file, o, Optional.empty(), Optional.empty())).toList();
  }

  /** One object per epoch. */
  private static List<ForeignRun> epochs(Path file, List<JsonNode> objects) {
    Map<List<String>, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode o : objects) {
      Map<String, JsonNode> keys = scalars(o);
      groups
          .computeIfAbsent(
              List.of(
                  text(keys, ForeignKeys.MODEL),
                  text(keys, ForeignKeys.OPTIMIZER),
                  ForeignKeys.SEED.in(keys::get).map(JsonNode::asString).orElse("")),
              _ -> new ArrayList<>())
          .add(o);
    }
    double scale =
        ForeignRun.accuracyScale(
            objects.stream().mapToDouble(o -> number(scalars(o), ForeignKeys.ACCURACY)));
    List<ForeignRun> runs = new ArrayList<>();
    groups.forEach((key, rows) -> {
      List<Point> points =
          rows.stream().map(ForeignJson::scalars).map(row -> point(row, scale)).toList();
      runs.add(
          new ForeignRun(
              key.get(0),
              key.get(1),
              seed(scalars(rows.getFirst())),
              Map.of(),
              new TreeMap<>(),
              ForeignRun.clocked(points),
              file));
    });
    return runs;
  }

  private static Point point(Map<String, JsonNode> row, double scale) {
    return new Point(
        number(row, ForeignKeys.EPOCH),
        number(row, ForeignKeys.TRAIN_LOSS),
        scale * number(row, ForeignKeys.ACCURACY),
        number(row, ForeignKeys.EPOCH_SECONDS),
        number(row, ForeignKeys.SECONDS));
  }

  /** An object that states a result: a best accuracy, or a history of one. */
  private static boolean isRun(JsonNode node) {
    Map<String, JsonNode> keys = lower(node);
    return ForeignKeys.BEST_ACCURACY.in(keys::get).filter(JsonNode::isNumber).isPresent()
        || keys.containsKey("history")
        || ForeignKeys.ACCURACY.in(keys::get).filter(n -> n.isArray() || n.isNumber()).isPresent();
  }

  private static ForeignRun run(
      Path file, JsonNode node, Optional<String> model, Optional<String> optimizer) {
    Map<String, JsonNode> keys = lower(node);
    Map<String, JsonNode> all = new TreeMap<>(keys);
    JsonNode config = keys.getOrDefault("config", keys.get("args"));
    if (config != null) {
      lower(config).forEach(all::putIfAbsent);
    }
    Map<String, JsonNode> history = lower(keys.getOrDefault("history", node));
    double[] accuracies = array(history, ForeignKeys.ACCURACY);
    double best = number(all, ForeignKeys.BEST_ACCURACY);
    double scale =
        ForeignRun.accuracyScale(
            DoubleStream.concat(
                DoubleStream.of(accuracies),
                DoubleStream.of(
                    best,
                    number(keys, ForeignKeys.ACCURACY),
                    number(keys, ForeignKeys.FINAL_TEST_ACCURACY))));
    TreeMap<String, Double> results = new TreeMap<>();
    ForeignRun.finite(scale * best).ifPresent(v -> results.put(RunFacts.BEST_ACCURACY, v));
    ForeignRun.finite(scale * number(keys, ForeignKeys.ACCURACY))
        .ifPresent(v -> results.put(Metric.VAL_ACCURACY, v));
    ForeignRun.finite(number(all, ForeignKeys.TOTAL_SECONDS))
        .ifPresent(v -> results.put(RunFacts.TRAIN_SECONDS, v));
    ForeignRun.finite(scale * number(keys, ForeignKeys.FINAL_TEST_ACCURACY))
        .ifPresent(v -> results.put(Metric.TEST_ACCURACY, v));
    return new ForeignRun(
        model.orElseGet(() -> text(all, ForeignKeys.MODEL)),
        optimizer.orElseGet(() -> text(all, ForeignKeys.OPTIMIZER)),
        seed(all),
        settings(config),
        results,
        ForeignRun.clocked(points(history, accuracies, scale)).stream()
            .map(point -> isOfTestSet(config) ? point.ofTestSet() : point)
            .toList(),
        file);
  }

  /** Whether the file says so itself: our summaries do. */
  private static boolean isOfTestSet(JsonNode config) {
    return config != null && config.path(ACCURACY_OF).asString("").equals("test");
  }

  /** Arrays side by side; a shorter one has nothing to say of later epochs. */
  private static List<Point> points(
      Map<String, JsonNode> history, double[] accuracies, double scale) {
    double[] epochs = array(history, ForeignKeys.EPOCH);
    double[] losses = array(history, ForeignKeys.TRAIN_LOSS);
    double[] epochSeconds = array(history, ForeignKeys.EPOCH_SECONDS);
    double[] seconds = array(history, ForeignKeys.SECONDS);
    int n = Math.max(accuracies.length, losses.length);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      points.add(
          new Point(
              i < epochs.length ? epochs[i] : i + 1,
              at(losses, i),
              scale * at(accuracies, i),
              at(epochSeconds, i),
              at(seconds, i)));
    }
    return points;
  }

  private static double at(double[] values, int i) {
    return i < values.length ? values[i] : Double.NaN;
  }

  private static double[] array(Map<String, JsonNode> keys, ForeignKeys key) {
    return key.in(
            name -> keys.get(name) != null && keys.get(name).isArray() ? keys.get(name) : null)
        .map(node -> node.valueStream().mapToDouble(ForeignJson::number).toArray())
        .orElse(new double[0]);
  }

  private static double number(Map<String, JsonNode> keys, ForeignKeys key) {
    return key.in(keys::get).filter(JsonNode::isNumber).map(ForeignJson::number).orElse(Double.NaN);
  }

  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }

  private static String text(Map<String, JsonNode> keys, ForeignKeys key) {
    return key.in(name -> named(keys.get(name)))
        .orElseThrow(() ->
            new NotUnderstood(
                "names no "
                    + key.name().toLowerCase(Locale.ROOT)
                    + "; its keys are "
                    + keys.keySet()));
  }

  /**
   * A text, or the name of an object such as {@code {name: muon, lr: .03}}; null for anything else.
   */
  private static String named(JsonNode node) {
    JsonNode name = node != null && node.isObject() ? lower(node).get("name") : node;
    return name != null && name.isString() ? name.asString() : null;
  }

  private static OptionalLong seed(Map<String, JsonNode> keys) {
    return ForeignKeys.SEED
        .in(keys::get)
        .filter(JsonNode::isIntegralNumber)
        .map(node -> OptionalLong.of(node.longValue()))
        .orElse(OptionalLong.empty());
  }

  /** Leaves that settings can hold; null and lists are left out. */
  static Map<String, Object> settings(JsonNode config) {
    Map<String, Object> settings = new TreeMap<>();
    if (config != null) {
      config
          .properties()
          .forEach(e -> {
            JsonNode v = e.getValue();
            if (v.isObject()) {
              settings.put(e.getKey(), settings(v));
            } else if (v.isIntegralNumber()) {
              settings.put(e.getKey(), v.longValue());
            } else if (v.isNumber()) {
              settings.put(e.getKey(), v.doubleValue());
            } else if (v.isBoolean()) {
              settings.put(e.getKey(), v.booleanValue());
            } else if (v.isString()) {
              settings.put(e.getKey(), v.asString());
            }
          });
    }
    return settings;
  }

  private static Map<String, JsonNode> lower(JsonNode node) {
    Map<String, JsonNode> keys = new TreeMap<>();
    node.properties()
        .forEach(e -> keys.putIfAbsent(e.getKey().toLowerCase(Locale.ROOT).strip(), e.getValue()));
    return keys;
  }

  /** Without arrays and objects: what an object says of a single epoch. */
  private static Map<String, JsonNode> scalars(JsonNode node) {
    Map<String, JsonNode> keys = lower(node);
    keys.values().removeIf(value -> value.isArray() || value.isObject() || value.isNull());
    return keys;
  }
}
