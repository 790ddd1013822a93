package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.ProblemVerdict;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;

/** Bars grouped by problem, one per arm; they start at zero, so that lengths can be compared. */
final class BarChart {
  /**
   * @param whisker half-width of the interval; 0 where there is none
   */
  record Bar(double height, double whisker) {}

  /** The bar of an arm on one problem, if it has one. */
  interface Height {
    Optional<Bar> of(ArmResult arm);
  }

  private BarChart() {}

  /** Empty where no arm has a bar. */
  static Optional<byte[]> of(String title, String unit, Gathering gathering, Height height) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(Canvas.WIDTH)
            .height(Canvas.HEIGHT)
            .title(title)
            .yAxisTitle(unit)
            .build();
    Canvas.style(chart.getStyler());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setAvailableSpaceFill(.72);
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setLabelsPosition(.5);
    chart.getStyler().setLabelsFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    chart.getStyler().setLabelsFontColorAutomaticEnabled(false);
    chart.getStyler().setLabelsFontColor(Color.WHITE);
    chart.getStyler().setDecimalPattern("#,##0.0");
    chart.getStyler().setYAxisDecimalPattern("#,##0.##");
    List<ProblemVerdict> problems = gathering.verdict().problems();
    List<String> names = problems.stream().map(ProblemVerdict::problem).toList();
    List<String> drawn = new ArrayList<>();
    for (String arm : gathering.palette().arms()) {
      List<Double> heights = new ArrayList<>();
      List<Double> whiskers = new ArrayList<>();
      for (ProblemVerdict problem : problems) {
        Optional<Bar> bar =
            problem.arms().stream()
                .filter(result -> result.arm().equals(arm))
                .findFirst()
                .flatMap(height::of);
        heights.add(bar.map(Bar::height).orElse(null));
        whiskers.add(bar.map(Bar::whisker).filter(w -> w > 0).orElse(null));
      }
      if (heights.stream().allMatch(h -> h == null)) {
        continue;
      }
      CategorySeries series =
          whiskers.stream().allMatch(w -> w == null)
              ? chart.addSeries(arm, names, heights)
              : chart.addSeries(arm, names, heights, whiskers);
      series.setFillColor(Canvas.color(gathering.palette().light(arm)));
      drawn.add(arm);
    }
    return drawn.isEmpty()
        ? Optional.empty()
        : Optional.of(Canvas.png(List.of(chart), drawn, gathering.palette()));
  }
}
