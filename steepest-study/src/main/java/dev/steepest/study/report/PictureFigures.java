package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.PictureMetric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.picture.Pictured;
import dev.steepest.study.report.picture.Sheet;
import dev.steepest.study.report.picture.SheetDrawing;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Figures of pictures: a contact sheet of all runs and one of each problem, the pictures by
 * learning rate, the metric over it, and the measures of pictures over steps.
 */
final class PictureFigures {
  /** Rows of a sheet at most; what lies beyond is in the sheets of each problem. Assumed. */
  static final int MOST_ROWS = 150;

  private final Gathering g;
  private final Quantity metric;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private PictureFigures(Gathering g) {
    this.g = g;
    this.metric = Quantity.of(g.verdict().rule().metric(), g.verdict().rule().goal());
  }

  /** PNG files by name; none of a study without pictures whose arms have one learning rate each. */
  static Map<String, byte[]> of(Gathering g) {
    PictureFigures figures = new PictureFigures(g);
    figures.sheets();
    figures.rates();
    return figures.files;
  }

  /** {@code contact_sheet.png}, with the problem's name where it is of one among several. */
  static String sheetFile(Gathering g, ProblemVerdict problem) {
    return named(g, "contact_sheet", problem);
  }

  /** {@code lr_grid.png}, with the problem's name where there are several. */
  static String gridFile(Gathering g, ProblemVerdict problem) {
    return named(g, "lr_grid", problem);
  }

  /** The metric over the learning rate. */
  static final String RATES = "lr_sensitivity.png";

  /** All runs. */
  static final String SHEET = "contact_sheet.png";

  private static String named(Gathering g, String what, ProblemVerdict problem) {
    return g.verdict().problems().size() == 1
        ? what + ".png"
        : what + "_" + LanguageLogs.slug(problem.problem()) + ".png";
  }

  private void sheets() {
    List<ProblemVerdict> problems = g.verdict().problems();
    sheet(problems).ifPresent(sheet -> files.put(SHEET, SheetDrawing.png(sheet)));
    if (problems.size() > 1) {
      for (ProblemVerdict problem : problems) {
        sheet(List.of(problem))
            .ifPresent(sheet -> files.put(sheetFile(g, problem), SheetDrawing.png(sheet)));
      }
    }
  }

  private Optional<Sheet> sheet(List<ProblemVerdict> problems) {
    List<Long> seeds =
        problems.stream()
            .flatMap(problem -> problem.arms().stream())
            .flatMap(arm -> arm.runs().stream())
            .map(run -> run.spec().seed())
            .distinct()
            .sorted()
            .toList();
    List<Sheet.Row> rows = new ArrayList<>();
    for (ProblemVerdict problem : problems) {
      boolean first = true;
      for (ArmResult arm : problem.arms()) {
        rows.add(
            new Sheet.Row(
                first && problems.size() > 1 ? problem.problem() : "",
                arm.arm(),
                seeds.stream().map(seed -> cell(arm, seed)).toList()));
        first = false;
      }
    }
    int left = Math.max(0, rows.size() - MOST_ROWS);
    String title =
        problems.size() == 1
            ? problems.getFirst().problem() + ": final pictures"
            : "Final pictures";
    Sheet sheet =
        new Sheet(
            title,
            "Below each: "
                + metric.label()
                + (left == 0 ? "" : ". The last " + Numbers.count(left, "row") + " had no room."),
            seeds.stream().map(seed -> "seed " + seed).toList(),
            rows.subList(0, rows.size() - left));
    return sheet.hasPictures() ? Optional.of(sheet) : Optional.empty();
  }

  private Sheet.Cell cell(ArmResult arm, long seed) {
    Optional<RunRecord> run = arm.runs().stream().filter(r -> r.spec().seed() == seed).findFirst();
    if (run.isEmpty()) {
      return new Sheet.Cell(Optional.empty(), List.of(), Sheet.Mark.PLAIN);
    }
    Optional<Pictured> picture = g.album().of(run.get());
    List<String> lines = new ArrayList<>();
    OptionalDouble value = metric.atEnd(run.get());
    if (value.isPresent()) {
      lines.add(metric.value(value.getAsDouble()));
    }
    String ended = ended(run.get(), picture);
    if (!ended.isEmpty()) {
      lines.add(ended);
    }
    if (picture.isEmpty()) {
      lines.addFirst("no picture");
    }
    return new Sheet.Cell(picture, lines, Sheet.Mark.PLAIN);
  }

  /** How a run ended that did not finish, and which step its picture is of; else nothing. */
  static String ended(RunRecord run, Optional<Pictured> picture) {
    String how =
        run.outcome()
            .map(outcome -> run.finished() ? "" : outcome.status().name().toLowerCase(Locale.ROOT))
            .orElse("not finished");
    String step =
        picture
            .filter(p -> p.step().isPresent())
            .map(p -> "step " + p.step().getAsLong())
            .orElse("");
    return Stream.of(how, step).filter(s -> !s.isEmpty()).reduce((a, b) -> a + ", " + b).orElse("");
  }

  private void rates() {
    List<RatePlot> plots = new ArrayList<>();
    for (ProblemVerdict problem : g.verdict().problems()) {
      LearningRates.of(problem)
          .ifPresent(rates -> {
            RatePlot.of(rates, metric).ifPresent(plots::add);
            Sheet grid = grid(rates);
            if (grid.hasPictures()) {
              files.put(gridFile(g, problem), SheetDrawing.png(grid));
            }
          });
    }
    if (!plots.isEmpty()) {
      files.put(RATES, RatePainting.png(plots));
    }
  }

  /** The picture of the first seed that has one, the mean over all. */
  private Sheet grid(LearningRates rates) {
    List<Sheet.Row> rows = new ArrayList<>();
    for (LearningRates.Row row : rates.rows()) {
      OptionalDouble best = row.best(metric);
      List<Sheet.Cell> cells = new ArrayList<>();
      for (double rate : rates.rates()) {
        boolean isBest = best.isPresent() && best.getAsDouble() == rate;
        cells.add(
            Optional.ofNullable(row.arms().get(rate))
                .map(arm -> cell(arm, isBest))
                .orElse(new Sheet.Cell(Optional.empty(), List.of(), Sheet.Mark.PLAIN)));
      }
      rows.add(new Sheet.Row("", row.label(), cells));
    }
    return new Sheet(
        rates.problem().problem() + ": " + metric.label() + " by learning rate",
        "Pictures of the first seed, means over seeds; framed: the best of a row.",
        rates.rates().stream().map(rate -> "lr " + Numbers.shortest(rate)).toList(),
        rows);
  }

  private Sheet.Cell cell(ArmResult arm, boolean best) {
    Optional<Pictured> picture =
        arm.runs().stream().flatMap(run -> g.album().of(run).stream()).findFirst();
    List<String> lines = new ArrayList<>();
    arm.value().map(s -> metric.value(s.mean())).ifPresent(lines::add);
    arm.value()
        .flatMap(Summary::interval)
        .ifPresent(i -> lines.add(metric.number(i.low()) + " to " + metric.number(i.high())));
    String lost = LearningRates.lost(arm);
    if (!lost.isEmpty()) {
      lines.add(lost);
    }
    return new Sheet.Cell(picture, lines, best ? Sheet.Mark.BEST : Sheet.Mark.PLAIN);
  }

  /** Files of the measures over steps by the name of the measure: "confidence_vs_step.png". */
  static String curveFile(String pictureMetric) {
    return pictureMetric + "_vs_step.png";
  }

  /** The measures of pictures of which runs have curves, each with the name in the records. */
  static Map<String, String> curves(Gathering g) {
    Map<String, String> curves = new LinkedHashMap<>();
    PictureMetric.NAMES.forEach(
        name -> g.curveOf(name).ifPresent(metric -> curves.put(name, metric)));
    return curves;
  }
}
