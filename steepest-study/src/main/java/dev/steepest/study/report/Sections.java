package dev.steepest.study.report;

import dev.steepest.study.compare.ArmComparison;
import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Claim;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.compare.TimeComparison;
import dev.steepest.study.plan.Differences;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.report.picture.Reel;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** What the page shows of one problem. */
final class Sections {
  /** What stands for a value that does not exist; never a zero. */
  static final String ABSENT = "–";

  private final Gathering g;
  private final Quantity metric;
  private final Quantity curve;
  private final PictureSections pictures;

  Sections(Gathering g, Reel reel) {
    this.g = g;
    this.pictures = new PictureSections(g, reel);
    this.metric = Quantity.of(g.verdict().rule().metric(), g.verdict().rule().goal());
    this.curve = Quantity.of(g.verdict().rule().curve());
  }

  /** What the curves can show. */
  private List<Page.Choice> metrics() {
    return CurveJson.metrics(g).stream()
        .map(m -> new Page.Choice(m, Quantity.of(m).label()))
        .toList();
  }

  /** The arms with trained weights beside those without, where there are both. */
  List<Page.Transfer> transfer() {
    return g.transfer().stream()
        .map(transfer ->
            new Page.Transfer(
                g.verdict().problems().size(),
                metrics(),
                new Page.Table(
                    "Means over seeds, " + ci() + "; best of validation images at any look",
                    3,
                    Transfer.HEADER,
                    transfer.rows().stream().map(row -> new Page.Row(-1, row)).toList()),
                transfer.gain().map(HtmlPage::unbroken).orElse("")))
        .toList();
  }

  List<Page.Section> all() {
    List<Page.Section> sections = new ArrayList<>();
    List<Page.Choice> metrics = metrics();
    for (ProblemVerdict problem : g.verdict().problems()) {
      List<Page.Bars> bars = new ArrayList<>();
      if (!g.ofPictures()) {
        new BarFigures(g, problem).accuracy().ifPresent(bars::add);
      }
      for (int target = 0; target < g.verdict().rule().targets().size(); target++) {
        bars.add(new BarFigures(g, problem).time(target));
      }
      sections.add(
          new Page.Section(
              sections.size(),
              problem.problem(),
              metrics,
              differences(problem),
              strip(problem),
              bars,
              arms(problem),
              comparisons(problem),
              times(problem),
              Stream.concat(
                      Stream.concat(
                          LanguageTables.page(g, problem).stream(),
                          new PictureTables(g).page(problem).stream()),
                      g.benchmarks().stream()
                          .filter(benchmark -> benchmark.problem().equals(problem.problem()))
                          .flatMap(benchmark -> new BenchmarkTables(g, benchmark).all().stream()))
                  .toList(),
              note(),
              pictures.of(problem)));
    }
    return sections;
  }

  /** What curves are of, where a reader would not expect it. */
  private String note() {
    String lacking =
        g.ofTokens() ? "no text was held out for them" : "there are none of validation images";
    return Metric.ofTestSet(g.verdict().rule().curve()) && !g.ofPictures()
        ? "Curves are of the test set, as "
            + lacking
            + ". Final values decide; Steepest selected nothing by them."
        : "";
  }

  private Page.Table differences(ProblemVerdict problem) {
    Differences differences =
        g.verdict().rule().compared().isEmpty()
            ? Differences.of(List.of())
            : Differences.of(
                problem.arms().stream()
                    .flatMap(arm -> arm.runs().stream())
                    .map(RunRecord::spec)
                    .toList());
    List<String> header = new ArrayList<>(List.of("Setting"));
    header.addAll(differences.arms());
    List<Page.Row> rows = new ArrayList<>();
    differences
        .settings()
        .forEach((path, values) -> {
          List<String> cells = new ArrayList<>(List.of(path));
          differences.arms().forEach(arm -> cells.add(values.get(arm)));
          rows.add(new Page.Row(-1, cells));
        });
    return new Page.Table("What the arms differ in", 1, header, rows);
  }

  private Page.Strip strip(ProblemVerdict problem) {
    double[] every =
        problem.arms().stream().flatMapToDouble(arm -> DoubleStream.of(values(arm))).toArray();
    if (every.length == 0) {
      return new Page.Strip("", List.of(), List.of(), "");
    }
    double f = metric.factor();
    DoubleStream ends =
        problem.arms().stream()
            .flatMap(arm -> arm.value().flatMap(Summary::interval).stream())
            .flatMapToDouble(i -> DoubleStream.of(i.low(), i.high()));
    double[] all = DoubleStream.concat(DoubleStream.of(every), ends).map(v -> v * f).toArray();
    Places places =
        Places.around(
            DoubleStream.of(all).min().getAsDouble(), DoubleStream.of(all).max().getAsDouble());
    List<Page.StripRow> rows = problem.arms().stream().map(arm -> row(arm, places)).toList();
    String unit = metric.symbol().isEmpty() ? "" : ", " + metric.symbol();
    return new Page.Strip(
        "Final " + metric.label() + unit,
        places.ticks().stream().map(t -> new Page.Tick(places.at(t), places.label(t))).toList(),
        rows,
        "Each dot is a seed; the bar is the mean's interval.");
  }

  private Page.StripRow row(ArmResult arm, Places places) {
    double f = metric.factor();
    Optional<Interval> interval = arm.value().flatMap(Summary::interval).map(i -> i.times(f));
    return new Page.StripRow(
        arm.arm(),
        color(arm.arm()),
        DoubleStream.of(values(arm)).mapToObj(v -> places.at(v * f)).toList(),
        arm.value().map(s -> places.at(s.mean() * f)).orElse(""),
        interval.map(i -> places.at(i.low())).orElse(""),
        interval.map(i -> places.width(i.low(), i.high())).orElse(""),
        arm.value().map(s -> metric.value(s.mean())).orElse("no value"));
  }

  private double[] values(ArmResult arm) {
    return arm.finished().stream()
        .map(metric::atEnd)
        .flatMapToDouble(OptionalDouble::stream)
        .toArray();
  }

  private Page.Table arms(ProblemVerdict problem) {
    List<Page.Row> rows = new ArrayList<>();
    for (ArmResult arm : problem.arms()) {
      Optional<Summary> v = arm.value();
      rows.add(
          new Page.Row(
              color(arm.arm()),
              List.of(
                  arm.arm(),
                  "" + arm.counts().finished(),
                  "" + arm.counts().diverged(),
                  "" + (arm.counts().failed() + arm.counts().unfinished()),
                  v.map(s -> metric.number(s.mean())).orElse(ABSENT),
                  v.flatMap(Summary::interval).map(this::interval).orElse(ABSENT),
                  v.map(s -> number(s.sd())).orElse(ABSENT),
                  v.map(s -> metric.number(s.median())).orElse(ABSENT),
                  v.map(s -> metric.number(s.iqm())).orElse(ABSENT),
                  v.map(s -> metric.number(s.min()) + " – " + metric.number(s.max()))
                      .orElse(ABSENT),
                  arm.trainSeconds().map(s -> Numbers.duration(s.mean())).orElse(ABSENT))));
    }
    return new Page.Table(
        "Every arm: " + metric.label(),
        1,
        List.of(
            "Arm",
            "Finished",
            "Diverged",
            "Not done",
            "Mean",
            ci(),
            "SD",
            "Median",
            "IQM",
            "Range",
            "Train time"),
        rows);
  }

  private Page.Table comparisons(ProblemVerdict problem) {
    List<Page.Row> rows = new ArrayList<>();
    for (ArmComparison c : problem.comparisons()) {
      rows.add(
          new Page.Row(
              color(c.first()),
              List.of(
                  c.first(),
                  c.second(),
                  verdict(c.claim(), c.first(), c.second()),
                  c.difference().isPresent() ? metric.signed(c.difference().getAsDouble()) : ABSENT,
                  c.estimate().map(t -> interval(t.interval())).orElse(ABSENT),
                  "" + c.pairs(),
                  c.rho().map(r -> Numbers.fixed(r.rho(), 2)).orElse(ABSENT),
                  c.effect().map(e -> Numbers.fixed(e.corrected(), 2)).orElse(ABSENT),
                  p(c.p()),
                  p(c.holm()),
                  c.signFlip().map(s -> Numbers.bareP(s.p())).orElse(ABSENT))));
    }
    return new Page.Table(
        "Comparisons, paired by seed",
        3,
        List.of(
            "Arm",
            "Against",
            "Better",
            "Difference",
            ci(),
            "Pairs",
            "ρ",
            "Effect (g)",
            "p",
            "Holm p",
            "Sign-flip p"),
        rows);
  }

  private Page.Table times(ProblemVerdict problem) {
    List<Page.Row> rows = new ArrayList<>();
    for (TimeComparison c : problem.times()) {
      rows.add(
          new Page.Row(
              color(c.first()),
              List.of(
                  c.first(),
                  c.second(),
                  verdict(c.claim(), c.first(), c.second()),
                  curve.target(c.target()),
                  c.ratio().isPresent() ? Numbers.fixed(c.ratio().getAsDouble(), 2) + "×" : ABSENT,
                  c.interval()
                      .map(i -> Numbers.fixed(i.low(), 2) + " to " + Numbers.fixed(i.high(), 2))
                      .orElse(ABSENT),
                  "" + c.seeds().size(),
                  c.firstMissed().size()
                      + " / "
                      + c.secondMissed().size()
                      + " / "
                      + c.bothMissed().size(),
                  p(c.holm()))));
    }
    return new Page.Table(
        "Training time to a target, ratios of paired runs (secondary)",
        3,
        List.of(
            "Arm",
            "Against",
            "Faster",
            "Target",
            "Time ratio",
            ci(),
            "Pairs",
            "Missed: one / other / both",
            "Holm p"),
        rows);
  }

  private static String verdict(Claim claim, String first, String second) {
    return switch (claim) {
      case FIRST_BETTER -> first;
      case SECOND_BETTER -> second;
      case NOT_SHOWN -> "not shown";
      case TOO_FEW_PAIRS -> "too few pairs";
      case NOT_COMPARABLE -> "no pair";
    };
  }

  private int color(String arm) {
    return g.palette().index(arm) % Palette.COLORS;
  }

  private String ci() {
    return Numbers.shortest(100 * g.level()) + " % CI";
  }

  private String interval(Interval i) {
    return metric.number(i.low()) + " to " + metric.number(i.high());
  }

  private String number(OptionalDouble value) {
    return value.isPresent() ? metric.number(value.getAsDouble()) : ABSENT;
  }

  private static String p(OptionalDouble p) {
    return p.isPresent() ? Numbers.bareP(p.getAsDouble()) : ABSENT;
  }
}
