package dev.steepest.study.report;

import dev.steepest.study.compare.ArmComparison;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.compare.SideBySide;
import dev.steepest.study.compare.SideBySide.Row;
import dev.steepest.study.compare.SideBySide.Study;
import dev.steepest.study.compare.SideBySideText;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.report.page.SideBySidePage;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.PairedT;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Writes what two studies say of the same comparisons: {@code side_by_side.html}, {@code .csv} and
 * {@code .txt}.
 */
public final class SideBySideReport {
  private static final String NAME = "side_by_side";

  private SideBySideReport() {}

  /**
   * Writes each file complete or not at all.
   *
   * @return the files written
   * @throws java.io.UncheckedIOException where a file cannot be written
   */
  public static List<Path> write(Path folder, SideBySide sides) {
    ReportFolder files = new ReportFolder(folder);
    files.write(NAME + ".html", html(sides));
    files.write(NAME + ".csv", csv(sides));
    files.write(NAME + ".txt", SideBySideText.of(sides));
    return files.written();
  }

  private static String html(SideBySide sides) {
    Quantity metric = Quantity.of(sides.rule().metric(), sides.rule().goal());
    String left = sides.left().name();
    String right = sides.right().name();
    List<String> header =
        List.of("Arms", "Study", "Difference", level(sides) + " CI", "Holm p", "So");
    boolean several = sides.rows().stream().map(Row::problem).distinct().count() > 1;
    List<Page.Row> rows = new ArrayList<>();
    for (Row row : sides.rows()) {
      String second = row.left().second() + (several ? ", " + row.problem() : "");
      rows.add(html(metric, row.left().first(), left, row.left()));
      rows.add(html(metric, "against " + second, right, row.right()));
      rows.add(
          new Page.Row(
              -1,
              List.of(
                  "",
                  "moved by",
                  signed(metric, row.moved().stream().mapToDouble(PairedT::difference).findFirst()),
                  interval(metric, row.moved()),
                  "",
                  row.reading().words())));
    }
    String unit = metric.difference(0).replaceAll("^[0-9. ]+", "");
    String title =
        "Differences of "
            + metric.label()
            + (unit.isEmpty() ? "" : ", " + unit)
            + ", paired by seed; below 0 the first arm has less";
    return HtmlPage.of(
        new SideBySidePage(
            left + " and " + right,
            sides.headline(),
            "Decided in both by "
                + metric.label()
                + ", "
                + sides.rule().spoken()
                + ", α = "
                + Numbers.shortest(sides.rule().alpha())
                + ". Moved by: the second difference minus the first, by seed.",
            List.of(new Page.Table(title, 2, header, rows)),
            notices(sides),
            HtmlPage.style()));
  }

  private static Page.Row html(Quantity metric, String arms, String study, ArmComparison c) {
    return new Page.Row(
        -1,
        List.of(
            arms,
            study,
            signed(metric, c.difference()),
            interval(metric, c.estimate()),
            c.holm().isPresent() ? Numbers.bareP(c.holm().getAsDouble()) : Sections.ABSENT,
            SideBySideText.said(c)));
  }

  private static List<String> notices(SideBySide sides) {
    return Stream.concat(
            sides.missing().stream(),
            Stream.of(sides.left(), sides.right())
                .flatMap(study ->
                    study.verdict().alarms().stream()
                        .map(alarm -> study.name() + ": " + alarm.sentence())))
        .toList();
  }

  private static String level(SideBySide sides) {
    return Numbers.shortest(100 * (1 - sides.rule().alpha())) + " %";
  }

  private static String signed(Quantity metric, OptionalDouble difference) {
    return difference.isPresent() ? metric.signed(difference.getAsDouble()) : Sections.ABSENT;
  }

  private static String interval(Quantity metric, Optional<PairedT> t) {
    return t.map(PairedT::interval)
        .map(i -> metric.number(i.low()) + " to " + metric.number(i.high()))
        .orElse(Sections.ABSENT);
  }

  /** A row per comparison and study, values in the metric's own unit. */
  private static String csv(SideBySide sides) {
    List<List<String>> rows = new ArrayList<>();
    for (Row row : sides.rows()) {
      rows.add(row(sides, row, sides.left(), row.left()));
      rows.add(row(sides, row, sides.right(), row.right()));
    }
    return Tables.csv(
        List.of(
            "problem",
            "metric",
            "first",
            "second",
            "study",
            "pairs",
            "difference",
            "low",
            "high",
            "holm_p",
            "claim",
            "moved",
            "moved_low",
            "moved_high",
            "reading"),
        rows);
  }

  private static List<String> row(SideBySide sides, Row row, Study study, ArmComparison c) {
    return List.of(
        row.problem(),
        sides.rule().metric(),
        c.first(),
        c.second(),
        study.name(),
        "" + c.pairs(),
        Tables.number(c.difference()),
        bound(c.estimate().map(PairedT::interval).map(Interval::low)),
        bound(c.estimate().map(PairedT::interval).map(Interval::high)),
        Tables.number(c.holm()),
        c.claim().name(),
        bound(row.moved().map(PairedT::difference)),
        bound(row.moved().map(PairedT::interval).map(Interval::low)),
        bound(row.moved().map(PairedT::interval).map(Interval::high)),
        row.reading().name());
  }

  private static String bound(Optional<Double> value) {
    return Tables.number(value.stream().mapToDouble(v -> v).findFirst());
  }
}
