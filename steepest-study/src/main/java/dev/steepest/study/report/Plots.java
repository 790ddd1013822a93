package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.Metric;
import dev.steepest.study.stats.KaplanMeier;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The published figures, the curve of the rule where it is another, and for speed benchmarks the
 * mean of each epoch with its standard deviation. A figure without data is not drawn.
 */
final class Plots {
  private final Gathering gathering;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private Plots(Gathering gathering) {
    this.gathering = gathering;
  }

  /** PNG files by name. */
  static Map<String, byte[]> of(Gathering gathering) {
    if (gathering.ofTokens()) {
      return LanguagePlots.of(gathering);
    }
    Plots plots = new Plots(gathering);
    plots.files.putAll(PictureFigures.of(gathering));
    if (gathering.ofPictures()) {
      PictureFigures.curves(gathering)
          .forEach(
              (name, metric) -> plots.curves(PictureFigures.curveFile(name), metric, Axis.STEPS));
      return plots.files;
    }
    plots.curves("train_loss_vs_epoch.png", Metric.TRAIN_LOSS, Axis.EPOCHS);
    plots.curves("val_acc_vs_epoch.png", Metric.VAL_ACCURACY, Axis.EPOCHS);
    plots.curves("val_acc_vs_time.png", Metric.VAL_ACCURACY, Axis.SECONDS);
    String curve = gathering.verdict().rule().curve();
    if (!List.of(Metric.TRAIN_LOSS, Metric.VAL_ACCURACY).contains(curve)) {
      String name = curve.replaceAll("[^A-Za-z0-9_.-]+", "-");
      plots.curves(name + "_vs_epoch.png", curve, Axis.EPOCHS);
      plots.curves(name + "_vs_time.png", curve, Axis.SECONDS);
    }
    if (!gathering.benchmarks().isEmpty()) {
      plots.meanAndDeviation("train_loss_mean_std.png", Metric.TRAIN_LOSS);
      plots.meanAndDeviation("train_acc_mean_std.png", Metric.TRAIN_ACCURACY);
      plots.meanAndDeviation("val_acc_mean_std.png", gathering.accuracyCurve());
    }
    plots.accuracyBars();
    plots.timeBars("time_to_60_bar.png", .60);
    plots.timeBars("time_to_70_bar.png", .70);
    gathering.transfer().ifPresent(transfer -> plots.files.putAll(transfer.plots()));
    return plots.files;
  }

  private void curves(String file, String metric, Axis axis) {
    curves(file, metric, axis, Curve.Band.INTERVAL, CurvePanel.Style.PLAIN, "");
  }

  private void meanAndDeviation(String file, String metric) {
    String title = " — " + Quantity.of(metric).label() + ", mean over runs ± 1 standard deviation";
    curves(file, metric, Axis.EPOCHS, Curve.Band.DEVIATION, CurvePanel.Style.COUNTED, title);
  }

  private void curves(
      String file,
      String metric,
      Axis axis,
      Curve.Band band,
      CurvePanel.Style style,
      String title) {
    Quantity quantity = Quantity.of(metric);
    List<CurvePanel> panels = new ArrayList<>();
    for (ProblemVerdict problem : gathering.verdict().problems()) {
      List<CurvePanel.Line> lines = new ArrayList<>();
      for (ArmResult arm : problem.arms()) {
        Curve.of(arm.finished(), axis, metric, gathering.level(), band)
            .ifPresent(curve -> lines.add(new CurvePanel.Line(arm.arm(), curve)));
      }
      if (!lines.isEmpty()) {
        panels.add(new CurvePanel(problem.problem() + title, quantity, axis, lines));
      }
    }
    if (!panels.isEmpty()) {
      files.put(file, CurvePanel.png(panels, gathering.palette(), style));
    }
  }

  /**
   * The best of the validation curves; of the test set nothing is the best, but what stood last.
   */
  private void accuracyBars() {
    if (Metric.ofTestSet(gathering.accuracyCurve())) {
      meanBars(
          "final_test_acc_bar.png", "Final", "test accuracy", facts -> facts.finalTestAccuracy());
    } else {
      meanBars(
          "best_val_acc_bar.png", "Best", "validation accuracy", facts -> facts.bestAccuracy());
    }
  }

  private void meanBars(
      String file, String which, String accuracy, Function<RunFacts, OptionalDouble> value) {
    bars(
        file,
        which
            + " "
            + accuracy
            + ", mean over seeds with "
            + Math.round(100 * gathering.level())
            + " % interval",
        which.toLowerCase(Locale.ROOT) + " " + accuracy + " (%)",
        arm -> {
          double[] values =
              arm.finished().stream()
                  .map(run -> value.apply(new RunFacts(run)))
                  .flatMapToDouble(OptionalDouble::stream)
                  .map(fraction -> 100 * fraction)
                  .toArray();
          if (values.length == 0) {
            return Optional.empty();
          }
          Summary s = Summary.of(values, gathering.level());
          return Optional.of(
              new BarChart.Bar(s.mean(), s.interval().map(i -> i.halfWidth()).orElse(0.0)));
        });
  }

  private void timeBars(String file, double target) {
    long percent = Math.round(100 * target);
    bars(
        file,
        "Training time to "
            + percent
            + " % "
            + Quantity.of(gathering.accuracyCurve()).label()
            + ", median over seeds",
        "seconds",
        arm -> {
          OptionalDouble median = arrivals(arm, target).median();
          return median.isPresent()
              ? Optional.of(new BarChart.Bar(median.getAsDouble(), 0))
              : Optional.empty();
        });
  }

  /** A run without the target is censored at its end, wherever that is. */
  private KaplanMeier arrivals(ArmResult arm, double target) {
    List<Double> arrived = new ArrayList<>();
    List<Double> missed = new ArrayList<>();
    arm.runs()
        .forEach(run -> {
          RunFacts facts = new RunFacts(run);
          if (!facts.accuracyCurve().equals(gathering.accuracyCurve())) {
            return; // its times are to an accuracy of other images
          }
          OptionalDouble at = facts.secondsTo(target);
          if (at.isPresent()) {
            arrived.add(at.getAsDouble());
          } else {
            facts.totalSeconds().ifPresent(missed::add);
          }
        });
    return KaplanMeier.of(
        arrived.stream().mapToDouble(d -> d).toArray(),
        missed.stream().mapToDouble(d -> d).toArray());
  }

  private void bars(String file, String title, String unit, BarChart.Height height) {
    BarChart.of(title, unit, gathering, height).ifPresent(png -> files.put(file, png));
  }
}
