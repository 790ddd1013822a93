package dev.steepest.study.report;

import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunRecord;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * The curves as the page's script reads them: {@code {axes, metrics, problems[{arms[{name, color,
 * dash, curves{metric: {axis: {x, mean, low, high, n}}}, traces{metric: {axis: [{x, y,
 * end}]}}}]}]}}.
 */
final class CurveJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Six digits are more than a screen has pixels. */
  private static final MathContext DIGITS = new MathContext(6);

  private CurveJson() {}

  /** What the page offers to show, the rule's curve first. */
  static List<String> metrics(Gathering g) {
    List<String> measured = g.metrics();
    Stream<String> ofPictures =
        PictureMetric.NAMES.stream().flatMap(name -> g.curveOf(name).stream());
    return Stream.concat(Stream.concat(Stream.of(g.verdict().rule().curve()), ofPictures), usual())
        .distinct()
        .filter(measured::contains)
        .toList();
  }

  private static Stream<String> usual() {
    return Stream.of(
        Metric.VAL_ACCURACY,
        "sample_" + PictureMetric.CONFIDENCE,
        "sample_accuracy",
        Metric.VAL_LOSS,
        Metric.TEST_ACCURACY,
        Metric.TEST_LOSS,
        Metric.VAL_PERPLEXITY,
        Metric.TEST_PERPLEXITY,
        Metric.TRAIN_LOSS,
        Metric.TRAIN_ACCURACY);
  }

  /** Axes on which at least one evaluation lies. */
  static List<Axis> axes(Gathering g) {
    List<Axis> others =
        g.ofTokens()
            ? List.of(Axis.EPOCHS, Axis.SAMPLES)
            : g.ofPictures()
                ? List.of(Axis.EPOCHS, Axis.SAMPLES, Axis.TOKENS)
                : List.of(Axis.TOKENS);
    return Arrays.stream(Axis.values())
        .filter(axis -> !others.contains(axis))
        .filter(axis ->
            g.records().stream()
                .flatMapToDouble(
                    run -> run.evaluations().stream().mapToDouble(e -> axis.of(run, e)))
                .anyMatch(x -> Double.isFinite(x) && x > 0))
        .toList();
  }

  static String of(Gathering g) {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, Object> axes = new LinkedHashMap<>();
    axes(g).forEach(axis -> axes.put(axis.name(), axis.label()));
    root.put("axes", axes);
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (String metric : metrics(g)) {
      Quantity q = Quantity.of(metric);
      metrics.put(metric, Map.of("label", q.label(), "factor", q.factor()));
    }
    root.put("metrics", metrics);
    List<Object> problems = new ArrayList<>();
    g.verdict().problems().forEach(problem -> problems.add(problem(g, problem)));
    g.transfer().ifPresent(transfer -> problems.add(transfer(g, transfer)));
    root.put("problems", problems);
    return safe(JSON.writeValueAsString(root));
  }

  /** JSON that cannot end the script element it stands in, nor a line of the script. */
  static String safe(String json) {
    return json.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static Map<String, Object> problem(Gathering g, ProblemVerdict problem) {
    return Map.of(
        "arms",
        problem.arms().stream()
            .map(arm -> arm(g, arm.arm(), g.palette(), arm.finished(), arm.runs()))
            .toList());
  }

  /** After all problems: a figure whose arms are strategies. */
  private static Map<String, Object> transfer(Gathering g, Transfer transfer) {
    Palette palette = new Palette(transfer.labels());
    return Map.of(
        "arms",
        transfer.strategies().stream()
            .map(s -> arm(g, s.label(), palette, s.finished(), s.runs()))
            .toList());
  }

  private static Map<String, Object> arm(
      Gathering g, String name, Palette palette, List<RunRecord> finished, List<RunRecord> runs) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("name", name);
    one.put("color", palette.index(name) % Palette.COLORS);
    one.put("dash", palette.round(name));
    one.put("curves", curves(g, finished));
    one.put("traces", traces(g, runs));
    return one;
  }

  private static Map<String, Object> curves(Gathering g, List<RunRecord> finished) {
    Map<String, Object> byMetric = new LinkedHashMap<>();
    for (String metric : metrics(g)) {
      double factor = Quantity.of(metric).factor();
      Map<String, Object> byAxis = new LinkedHashMap<>();
      for (Axis axis : axes(g)) {
        Curve.of(finished, axis, metric, g.level())
            .ifPresent(c -> {
              Map<String, Object> curve = new LinkedHashMap<>();
              curve.put("x", numbers(c.x(), 1));
              curve.put("mean", numbers(c.mean(), factor));
              if (c.runs() > 1) {
                curve.put("low", numbers(c.low(), factor));
                curve.put("high", numbers(c.high(), factor));
              }
              curve.put("n", c.runs());
              byAxis.put(axis.name(), curve);
            });
      }
      byMetric.put(metric, byAxis);
    }
    return byMetric;
  }

  /** Runs that did not finish, each by itself. */
  private static Map<String, Object> traces(Gathering g, List<RunRecord> runs) {
    List<RunRecord> lost = runs.stream().filter(run -> !run.finished()).toList();
    Map<String, Object> byMetric = new LinkedHashMap<>();
    for (String metric : metrics(g)) {
      double factor = Quantity.of(metric).factor();
      Map<String, Object> byAxis = new LinkedHashMap<>();
      for (Axis axis : axes(g)) {
        List<Object> rows = new ArrayList<>();
        for (RunRecord run : lost) {
          double[][] trace = Curve.trace(run, axis, metric);
          if (trace[0].length > 0) {
            rows.add(
                Map.of(
                    "x",
                    numbers(trace[0], 1),
                    "y",
                    numbers(trace[1], factor),
                    "seed",
                    run.spec().seed(),
                    "end",
                    run.diverged() ? "diverged" : run.terminated() ? "terminated" : "unfinished"));
          }
        }
        byAxis.put(axis.name(), rows);
      }
      byMetric.put(metric, byAxis);
    }
    return byMetric;
  }

  private static List<BigDecimal> numbers(double[] values, double factor) {
    return DoubleStream.of(values)
        .mapToObj(v ->
            Double.isFinite(v)
                ? new BigDecimal(v * factor).round(DIGITS).stripTrailingZeros()
                : null)
        .toList();
  }
}
