package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Figures of runs on tokens: the losses over steps, tokens and time, and the two figures of a
 * published comparison of Muon with Adam, {@code metrics_plot.png} of an arm and {@code
 * comparison_plot.png} of all. A line is the mean over seeds, with its interval where there are
 * several.
 */
final class LanguagePlots {
  private static final String SUFFIX = ".png";

  private final Gathering g;
  private final String loss;
  private final String accuracy;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private LanguagePlots(Gathering g) {
    this.g = g;
    this.loss = g.lossCurve();
    this.accuracy = loss.replace("loss", "accuracy");
  }

  /** PNG files by name. */
  static Map<String, byte[]> of(Gathering g) {
    LanguagePlots plots = new LanguagePlots(g);
    plots.curves("train_loss_vs_step" + SUFFIX, Metric.TRAIN_LOSS, Axis.STEPS);
    plots.curves(plots.loss + "_vs_step" + SUFFIX, plots.loss, Axis.STEPS);
    plots.curves(plots.loss + "_vs_tokens" + SUFFIX, plots.loss, Axis.TOKENS);
    plots.curves(plots.loss + "_vs_time" + SUFFIX, plots.loss, Axis.SECONDS);
    boolean several = g.verdict().problems().size() > 1;
    for (ProblemVerdict problem : g.verdict().problems()) {
      String folder = several ? LanguageLogs.slug(problem.problem()) + "/" : "";
      plots.comparison(folder, problem);
      problem.arms().forEach(arm -> plots.metrics(problem, arm));
    }
    return plots.files;
  }

  private void curves(String file, String metric, Axis axis) {
    List<CurvePanel> panels =
        g.verdict().problems().stream()
            .flatMap(p -> panel(p.problem(), p.arms(), metric, axis).stream())
            .toList();
    if (!panels.isEmpty()) {
      files.put(file, CurvePanel.png(panels, g.palette(), CurvePanel.Style.PLAIN));
    }
  }

  private Optional<CurvePanel> panel(String title, List<ArmResult> arms, String metric, Axis axis) {
    List<CurvePanel.Line> lines = new ArrayList<>();
    for (ArmResult arm : arms) {
      Curve.of(arm.finished(), axis, metric, g.level())
          .ifPresent(curve -> lines.add(new CurvePanel.Line(arm.arm(), curve)));
    }
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new CurvePanel(title, Quantity.of(metric), axis, lines));
  }

  /** Loss over steps and time, the final losses beside the best, accuracy over steps. */
  private void comparison(String folder, ProblemVerdict problem) {
    if (problem.arms().size() < 2) {
      return;
    }
    List<CurvePanel> panels = new ArrayList<>();
    panel(title(loss, "steps"), problem.arms(), loss, Axis.STEPS).ifPresent(panels::add);
    panel(title(loss, "time"), problem.arms(), loss, Axis.SECONDS).ifPresent(panels::add);
    Optional<CurvePanel> accuracies =
        panel(title(accuracy, "steps"), problem.arms(), accuracy, Axis.STEPS);
    if (panels.isEmpty()) {
      return;
    }
    List<Chart<?, ?>> charts = charts(panels);
    bars(problem).ifPresent(charts::add);
    accuracies.ifPresent(p -> charts.add(p.chart(g.palette(), CurvePanel.Style.PLAIN)));
    write(folder + "comparison_plot" + SUFFIX, charts, panels);
  }

  /** Loss over time and steps, accuracy and learning rate over steps. */
  private void metrics(ProblemVerdict problem, ArmResult arm) {
    List<CurvePanel> panels = new ArrayList<>();
    List<ArmResult> alone = List.of(arm);
    panel(title(loss, "time"), alone, loss, Axis.SECONDS).ifPresent(panels::add);
    panel(title(loss, "steps"), alone, loss, Axis.STEPS).ifPresent(panels::add);
    panel(title(accuracy, "steps"), alone, accuracy, Axis.STEPS).ifPresent(panels::add);
    List<RunRecord> steps =
        arm.finished().stream().map(run -> run.withRows(LanguageRun.of(run).steps())).toList();
    Curve.of(steps, Axis.STEPS, Metric.LEARNING_RATE, g.level())
        .map(curve -> new CurvePanel.Line(arm.arm(), curve))
        .ifPresent(line ->
            panels.add(
                new CurvePanel(
                    "Learning rate",
                    Quantity.of(Metric.LEARNING_RATE),
                    Axis.STEPS,
                    List.of(line))));
    if (!panels.isEmpty()) {
      String folder = LanguageLogs.folder(g, problem.problem(), arm.arm());
      write(folder + "metrics_plot" + SUFFIX, charts(panels), panels);
    }
  }

  private List<Chart<?, ?>> charts(List<CurvePanel> panels) {
    List<Chart<?, ?>> charts = new ArrayList<>();
    panels.forEach(panel -> charts.add(panel.chart(g.palette(), CurvePanel.Style.PLAIN)));
    return charts;
  }

  private void write(String file, List<Chart<?, ?>> charts, List<CurvePanel> panels) {
    Map<String, String> labels = CurvePanel.labels(panels, g.palette(), CurvePanel.Style.COUNTED);
    files.put(file, Canvas.png(charts, 2, labels, g.palette()));
  }

  /** Of the test text nothing is the best: there the final losses stand alone. */
  private Optional<Chart<?, ?>> bars(ProblemVerdict problem) {
    List<String> names = new ArrayList<>();
    List<Double> finals = new ArrayList<>();
    List<Double> bests = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      List<LanguageRun> runs = arm.finished().stream().map(LanguageRun::of).toList();
      OptionalDouble last =
          runs.stream().flatMapToDouble(run -> run.finalLoss().stream()).average();
      OptionalDouble best = runs.stream().flatMapToDouble(run -> run.bestLoss().stream()).average();
      if (last.isPresent() && Double.isFinite(last.getAsDouble())) {
        names.add(arm.arm());
        finals.add(last.getAsDouble());
        bests.add(best.orElse(last.getAsDouble()));
      }
    }
    if (names.isEmpty()) {
      return Optional.empty();
    }
    boolean best = loss.equals(Metric.VAL_LOSS);
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(Canvas.WIDTH)
            .height(Canvas.HEIGHT)
            .title(best ? "Final loss (dark) and best on the way (light)" : "Final loss")
            .yAxisTitle(Quantity.of(loss).label())
            .build();
    Canvas.style(chart.getStyler());
    chart.getStyler().setXAxisLabelRotation(names.size() > 4 ? 45 : 0);
    CategorySeries series = chart.addSeries("final", names, finals);
    series.setFillColor(Canvas.color("#2563c9"));
    if (best) {
      chart.addSeries("best", names, bests).setFillColor(Canvas.color("#9dbcf0"));
    }
    return Optional.of(chart);
  }

  private static String title(String metric, String over) {
    String label = Quantity.of(metric).label();
    return Character.toUpperCase(label.charAt(0)) + label.substring(1) + " over " + over;
  }
}
