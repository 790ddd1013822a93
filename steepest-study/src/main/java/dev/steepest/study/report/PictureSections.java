package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.page.PicturePage;
import dev.steepest.study.report.page.PicturePage.Chart;
import dev.steepest.study.report.page.PicturePage.Frame;
import dev.steepest.study.report.page.SweepPage.Dot;
import dev.steepest.study.report.page.SweepPage.Place;
import dev.steepest.study.report.picture.Pictured;
import dev.steepest.study.report.picture.Reel;
import dev.steepest.study.report.picture.Strip;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What the page shows of one problem's pictures and learning rates. */
record PictureSections(Gathering g, Reel reel) {
  /** Area and longest side of a picture on the page, CSS pixels. Assumed. */
  private static final double AREA = 44_000;

  private static final int LONGEST = 340;

  /** Place for a row of pictures on a wide screen, CSS pixels, and between two of them. */
  private static final int ROW = 940;

  private static final int GAP = 14;

  /** No picture is narrower, however many stand in a row. Assumed. */
  private static final int NARROWEST = 150;

  /** Pictures by learning rate and by run; nothing where there is neither. */
  List<PicturePage> of(ProblemVerdict problem) {
    List<PicturePage.Rates> rates = LearningRates.of(problem).map(this::rates).stream().toList();
    List<PicturePage.Gallery> gallery = gallery(problem).stream().toList();
    boolean moves =
        runs(problem).stream()
            .flatMap(run -> strip(run).stream())
            .anyMatch(strip -> strip.at().size() > 1);
    return rates.isEmpty() && gallery.isEmpty()
        ? List.of()
        : List.of(new PicturePage(rates, gallery, moves));
  }

  private Quantity metric() {
    return Quantity.of(g.verdict().rule().metric(), g.verdict().rule().goal());
  }

  private PicturePage.Rates rates(LearningRates rates) {
    List<Long> seeds = seeds(rates.problem(), true);
    Palette palette = rates.palette();
    List<PicturePage.RateRow> rows = new ArrayList<>();
    for (LearningRates.Row row : rates.rows()) {
      OptionalDouble best = row.best(metric());
      rows.add(
          new PicturePage.RateRow(
              row.label(),
              palette.index(row.label()) % Palette.COLORS,
              rates.rates().stream()
                  .map(rate ->
                      Optional.ofNullable(row.arms().get(rate))
                          .map(arm ->
                              cell(
                                  arm,
                                  seeds,
                                  rates.rates().size(),
                                  best.isPresent() && best.getAsDouble() == rate))
                          .orElse(new PicturePage.RateCell(Frame.NONE, "", "", "", false)))
                  .toList()));
    }
    List<String> sentences = new ArrayList<>(rates.sentences(metric()));
    sentences.add(LearningRates.CHOSEN);
    return new PicturePage.Rates(
        "" + g.verdict().problems().indexOf(rates.problem()),
        "Learning rates: " + metric().label(),
        rates.rates().stream().map(Numbers::shortest).toList(),
        seeds.stream().map(String::valueOf).toList(),
        rows,
        RatePlot.of(rates, metric()).map(PictureSections::chart).stream().toList(),
        sentences);
  }

  private PicturePage.RateCell cell(ArmResult arm, List<Long> seeds, int columns, boolean best) {
    Quantity metric = metric();
    return new PicturePage.RateCell(
        frame(arm, seeds, columns),
        arm.value().map(s -> metric.value(s.mean())).orElse(Sections.ABSENT),
        arm.value()
            .flatMap(Summary::interval)
            .map(i -> metric.number(i.low()) + " to " + metric.number(i.high()))
            .orElse(""),
        LearningRates.lost(arm),
        best);
  }

  /** One place for the pictures of all seeds. */
  private Frame frame(ArmResult arm, List<Long> seeds, int columns) {
    List<Optional<RunRecord>> runs =
        seeds.stream()
            .map(seed ->
                arm.runs().stream()
                    .filter(run -> run.spec().seed() == seed && strip(run).isPresent())
                    .findFirst())
            .toList();
    Optional<Strip> largest =
        runs.stream()
            .flatMap(Optional::stream)
            .flatMap(run -> strip(run).stream())
            .max(Comparator.comparingInt(Strip::width));
    return largest
        .map(strip -> {
          int[] size = size(strip, columns);
          String ids =
              runs.stream()
                  .map(run -> run.map(PictureSections::id).orElse("-"))
                  .collect(Collectors.joining(" "));
          return new Frame(ids, size[0], size[1], "Final picture of " + arm.arm());
        })
        .orElse(Frame.NONE);
  }

  private Optional<PicturePage.Gallery> gallery(ProblemVerdict problem) {
    List<Long> seeds = seeds(problem, false);
    if (runs(problem).stream().noneMatch(run -> g.album().of(run).isPresent())) {
      return Optional.empty();
    }
    List<PicturePage.GalleryRow> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      rows.add(
          new PicturePage.GalleryRow(
              arm.arm(),
              g.palette().index(arm.arm()) % Palette.COLORS,
              seeds.stream().map(seed -> cell(arm, seed, seeds.size())).toList()));
    }
    return Optional.of(
        new PicturePage.Gallery(
            "Every run: picture and " + metric().label(),
            seeds.stream().map(seed -> "seed " + seed).toList(),
            rows,
            LearningRates.of(problem).isEmpty(),
            note()));
  }

  private PicturePage.GalleryCell cell(ArmResult arm, long seed, int columns) {
    Optional<RunRecord> run = arm.runs().stream().filter(r -> r.spec().seed() == seed).findFirst();
    if (run.isEmpty()) {
      return new PicturePage.GalleryCell(Frame.NONE, "", "");
    }
    OptionalDouble value = metric().atEnd(run.get());
    return new PicturePage.GalleryCell(
        frame(arm, List.of(seed), columns),
        value.isPresent() ? metric().value(value.getAsDouble()) : "",
        PictureFigures.ended(run.get(), g.album().of(run.get())));
  }

  private String note() {
    List<String> said = new ArrayList<>();
    if (reel.absent() > 0) {
      said.add(
          Numbers.count(reel.absent(), "picture")
              + " had no room in this page; they lie in the runs' folders as picture.png.");
    }
    if (reel.still() > 0) {
      said.add(
          Numbers.count(reel.still(), "film")
              + " had no room in this page; they lie in the runs' folders as film.gif.");
    }
    return String.join(" ", said);
  }

  private List<Long> seeds(ProblemVerdict problem, boolean shown) {
    return runs(problem).stream()
        .filter(run -> !shown || strip(run).isPresent())
        .map(run -> run.spec().seed())
        .distinct()
        .sorted()
        .toList();
  }

  private static List<RunRecord> runs(ProblemVerdict problem) {
    return problem.arms().stream().flatMap(arm -> arm.runs().stream()).toList();
  }

  private Optional<Strip> strip(RunRecord run) {
    return Optional.ofNullable(reel.strips().get(run.folder()));
  }

  /** Of a run's strip in the page's data. */
  static String id(RunRecord run) {
    return run.spec().id() + "-" + Integer.toHexString(run.folder().toString().hashCode());
  }

  /** About an area, and as many as there are beside each other; quarters where a picture grows. */
  private static int[] size(Strip strip, int columns) {
    double w = strip.width();
    double h = strip.height();
    double widest = Math.clamp((double) ROW / columns - GAP, NARROWEST, LONGEST);
    double fit = Math.min(Math.sqrt(AREA / (w * h)), Math.min(widest / w, LONGEST / h));
    double factor = fit < 1 ? fit : fit < 2 ? Math.floor(4 * fit) / 4 : Math.floor(fit);
    return new int[] {(int) Math.round(factor * w), (int) Math.round(factor * h)};
  }

  private static Chart chart(RatePlot plot) {
    List<PicturePage.Line> lines = new ArrayList<>();
    for (RatePlot.Line line : plot.lines()) {
      List<PicturePage.Mark> means = new ArrayList<>();
      List<Dot> runs = new ArrayList<>();
      for (RatePlot.Point p : line.points()) {
        means.add(
            new PicturePage.Mark(
                x(p.x()),
                y(p.y()),
                p.interval().map(span -> y(span.low())).orElse(""),
                p.interval().map(span -> y(span.high())).orElse(""),
                p.best(),
                p.said()));
        p.runs().forEach(run -> runs.add(new Dot(x(p.x()), y(run), "")));
      }
      lines.add(
          new PicturePage.Line(
              line.label(),
              line.color(),
              line.round() == 0 ? "" : 12 / line.round() + " 6",
              line.points().stream()
                  .map(p -> x(p.x()) + "," + y(p.y()))
                  .collect(Collectors.joining(" ")),
              means,
              runs,
              line.lost().stream().map(lost -> new Dot(x(lost.x()), y(0), lost.said())).toList()));
    }
    return new Chart(
        lines,
        plot.axis().ticks().stream().map(t -> new Place(x(t.share()), t.label())).toList(),
        plot.places().ticks().stream()
            .map(t -> new Place(y(plot.places().share(t)), plot.places().label(t)))
            .toList());
  }

  private static String x(double share) {
    return number(Chart.LEFT + 14 + share * (Chart.WIDTH - Chart.LEFT - Chart.RIGHT - 28));
  }

  private static String y(double share) {
    return number(Chart.TOP + (1 - share) * (Chart.HEIGHT - Chart.TOP - Chart.BOTTOM));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** Runs whose pictures are there, for the page's data. */
  List<Pictured> shown() {
    return g.album().all().stream().filter(p -> strip(p.run()).isPresent()).toList();
  }
}
