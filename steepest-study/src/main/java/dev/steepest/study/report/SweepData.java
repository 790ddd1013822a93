package dev.steepest.study.report;

import dev.steepest.study.compare.Quantity;
import dev.steepest.study.search.Report;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sweep as the page's script reads it: {@code {metric, range, axes[{name, ticks[{at, label}]}],
 * goal, trials[{n, state, value, place, good, at[], text[], x[], y[]}], best{trials, seconds,
 * chance}}}. Places are in [0, 1] of their axis, {@code good} is 1 for the best trial and 0 for the
 * worst.
 */
record SweepData(TriedSweep sweep) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final MathContext DIGITS = new MathContext(6);

  static String of(TriedSweep sweep) {
    return CurveJson.safe(JSON.writeValueAsString(new SweepData(sweep).root()));
  }

  private Map<String, Object> root() {
    Quantity q = sweep.objective();
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("metric", Map.of("label", q.label(), "symbol", q.symbol(), "rises", q.sign() > 0));
    Optional<ObjectiveAxis> goal = sweep.objectiveAxis();
    root.put("range", goal.map(g -> List.of(shown(g.low()), shown(g.high()))).orElse(null));
    root.put(
        "goal",
        Map.of(
            "name",
            goal.map(ObjectiveAxis::label).orElse(""),
            "ticks",
            ticks(goal.map(ObjectiveAxis::ticks).orElse(List.of()))));
    List<ParameterAxis> axes = sweep.varied();
    root.put("axes", axes.stream().map(SweepData::axis).toList());
    Map<Integer, Double> goodness = goodness();
    root.put("trials", sweep.trials().stream().map(t -> trial(t, axes, goodness)).toList());
    root.put("best", best());
    return root;
  }

  private static Map<String, Object> axis(ParameterAxis axis) {
    return Map.of("name", axis.label(), "ticks", ticks(axis.ticks()));
  }

  private static List<Object> ticks(List<ParameterAxis.Tick> ticks) {
    List<Object> all = new ArrayList<>();
    ticks.forEach(t -> all.add(Map.of("at", rounded(t.share()), "label", t.label())));
    return all;
  }

  /** Share of the other trials with a value that are worse. */
  private Map<Integer, Double> goodness() {
    List<TriedTrial> order =
        sweep.trials().stream()
            .filter(trial -> trial.value().isPresent())
            .sorted(
                Comparator.comparingDouble(
                    trial -> -sweep.sweep().goal().cost(trial.value().getAsDouble())))
            .toList();
    Map<Integer, Double> goodness = new LinkedHashMap<>();
    for (int k = 0; k < order.size(); k++) {
      goodness.put(order.get(k).number(), order.size() < 2 ? 1 : k / (order.size() - 1.0));
    }
    return goodness;
  }

  private Map<String, Object> trial(
      TriedTrial trial, List<ParameterAxis> axes, Map<Integer, Double> goodness) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("n", trial.number());
    one.put("state", trial.state().name().toLowerCase(Locale.ROOT));
    one.put("said", SweepWords.word(trial.state()));
    one.put("value", shown(trial.value()));
    one.put("place", place(trial));
    Double good = goodness.get(trial.number());
    one.put("good", good == null ? null : rounded(good));
    one.put(
        "at", axes.stream().map(axis -> rounded(axis.share(trial.setting(axis.name())))).toList());
    one.put(
        "text",
        axes.stream()
            .map(axis -> trial.setting(axis.name()).map(ParameterAxis::text).orElse("none"))
            .toList());
    List<Report> reports =
        trial.entry().trial().reports().stream()
            .sorted(Comparator.comparingLong(Report::iteration))
            .toList();
    one.put("x", reports.stream().map(Report::iteration).toList());
    List<BigDecimal> y = new ArrayList<>();
    reports.forEach(report -> y.add(shown(OptionalDouble.of(report.value()))));
    one.put("y", y);
    return one;
  }

  private BigDecimal place(TriedTrial trial) {
    OptionalDouble value = trial.value();
    return value.isPresent()
        ? sweep.objectiveAxis().map(g -> rounded(g.share(value.getAsDouble()))).orElse(null)
        : null;
  }

  private Map<String, Object> best() {
    BestSoFar best = BestSoFar.of(sweep.sweep().goal(), sweep.trials());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("trials", steps(best.trials()));
    all.put("seconds", steps(best.seconds()));
    Map<String, Object> chance = new LinkedHashMap<>();
    List<BigDecimal> good = new ArrayList<>();
    List<BigDecimal> middle = new ArrayList<>();
    List<BigDecimal> bad = new ArrayList<>();
    for (BestSoFar.Band band : best.chance()) {
      good.add(shown(band.good()));
      middle.add(shown(band.middle()));
      bad.add(shown(band.bad()));
    }
    chance.put("x", best.chance().stream().map(BestSoFar.Band::trials).toList());
    chance.put("good", good);
    chance.put("middle", middle);
    chance.put("bad", bad);
    all.put("chance", chance);
    return all;
  }

  private Map<String, Object> steps(List<BestSoFar.Step> steps) {
    return Map.of(
        "x", steps.stream().map(step -> rounded(step.at())).toList(),
        "y", steps.stream().map(step -> shown(OptionalDouble.of(step.best()))).toList(),
        "n", steps.stream().map(BestSoFar.Step::trial).toList());
  }

  /** In the unit that people read; null where there is none. */
  private BigDecimal shown(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble())
        ? shown(value.getAsDouble())
        : null;
  }

  private BigDecimal shown(double value) {
    return rounded(value * sweep.objective().factor());
  }

  private static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros();
  }
}
