package dev.steepest.study.report;

import dev.steepest.study.compare.Benchmark;
import dev.steepest.study.compare.BenchmarkContrast;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.stats.Bootstrap;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.Summary;
import dev.steepest.study.stats.Welch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The page's tables of a speed benchmark: each arm by itself, and each against the baseline. */
record BenchmarkTables(Gathering g, Benchmark benchmark) {

  List<Page.Table> all() {
    List<Page.Table> tables = new ArrayList<>();
    tables.add(samples());
    if (!benchmark.accuracies().isEmpty()) {
      tables.add(contrasts());
      tables.add(ratios());
    }
    return tables;
  }

  private Page.Table samples() {
    List<Page.Row> rows = new ArrayList<>();
    for (Benchmark.Arm arm : benchmark.arms()) {
      sample(arm, benchmark.accuracy(), arm.accuracy()).ifPresent(rows::add);
    }
    for (Benchmark.Arm arm : benchmark.arms()) {
      sample(arm, Benchmark.SECONDS, arm.seconds()).ifPresent(rows::add);
    }
    return new Page.Table(
        "Whole runs: " + benchmark.accuracy().label() + " and " + Benchmark.SECONDS.label(),
        2,
        List.of(
            "Arm",
            "Of",
            "n",
            "Mean",
            "SD",
            "Median",
            "Range",
            ci() + " (t)",
            "Bootstrap, percentile",
            "Bootstrap, BCa"),
        rows);
  }

  private Optional<Page.Row> sample(
      Benchmark.Arm arm, Quantity q, Optional<Benchmark.Sample> sample) {
    return sample.map(of -> {
      Summary s = of.summary();
      return new Page.Row(
          color(arm.name()),
          List.of(
              arm.name(),
              unit(q),
              "" + s.n(),
              q.number(s.mean()),
              s.sd().isPresent() ? q.number(s.sd().getAsDouble()) : Sections.ABSENT,
              q.number(s.median()),
              q.number(s.min()) + " – " + q.number(s.max()),
              interval(q, s.interval()),
              interval(q, of.bootstrap().map(Bootstrap::percentile)),
              interval(q, of.bootstrap().map(Bootstrap::interval))));
    });
  }

  private Page.Table contrasts() {
    List<Page.Row> rows = new ArrayList<>();
    benchmark.accuracies().forEach(contrast -> rows.add(contrast(contrast)));
    benchmark.times().forEach(contrast -> rows.add(contrast(contrast)));
    return new Page.Table(
        "Whole runs against " + benchmark.accuracies().getFirst().baseline(),
        2,
        List.of(
            "Arm",
            "Of",
            "Difference",
            ci() + " (Welch)",
            "Welch t",
            "Degrees",
            "p",
            "Holm p",
            "Pairs",
            ci() + " (paired)",
            "Paired p"),
        rows);
  }

  private Page.Table ratios() {
    List<Page.Row> rows = new ArrayList<>();
    for (BenchmarkContrast c : benchmark.times()) {
      rows.add(
          new Page.Row(
              color(c.arm()),
              List.of(
                  c.arm(),
                  fixed(c.ratio(), 3, ""),
                  c.ratioInterval()
                      .map(i -> Numbers.fixed(i.low(), 3) + " to " + Numbers.fixed(i.high(), 3))
                      .orElse(Sections.ABSENT),
                  fixed(c.speedUpPercent(), 2, " %"))));
    }
    return new Page.Table(
        "Time of whole runs as a multiple of " + benchmark.times().getFirst().baseline(),
        1,
        List.of("Arm", "Ratio", ci() + " (Welch)", "Speed-up"),
        rows);
  }

  private Page.Row contrast(BenchmarkContrast c) {
    Quantity q = c.quantity();
    return new Page.Row(
        color(c.arm()),
        List.of(
            c.arm(),
            unit(q),
            c.difference().isPresent() ? q.signed(c.difference().getAsDouble()) : Sections.ABSENT,
            interval(q, c.welch().map(Welch::interval)),
            c.welch().map(w -> Numbers.fixed(w.t(), 2)).orElse(Sections.ABSENT),
            c.welch().map(w -> Numbers.fixed(w.degrees(), 1)).orElse(Sections.ABSENT),
            c.welch().map(w -> Numbers.bareP(w.p())).orElse(Sections.ABSENT),
            c.holm().isPresent() ? Numbers.bareP(c.holm().getAsDouble()) : Sections.ABSENT,
            c.paired().map(t -> "" + t.n()).orElse(Sections.ABSENT),
            interval(q, c.paired().map(PairedT::interval)),
            c.paired().map(t -> Numbers.bareP(t.p())).orElse(Sections.ABSENT)));
  }

  private static String fixed(OptionalDouble value, int decimals, String unit) {
    return value.isPresent()
        ? Numbers.fixed(value.getAsDouble(), decimals) + unit
        : Sections.ABSENT;
  }

  private static String interval(Quantity q, Optional<Interval> interval) {
    return interval
        .map(i -> q.number(i.low()) + " to " + q.number(i.high()))
        .orElse(Sections.ABSENT);
  }

  private static String unit(Quantity q) {
    return q.label() + ", " + q.symbol();
  }

  private String ci() {
    return Numbers.shortest(100 * g.level()) + " % CI";
  }

  private int color(String arm) {
    return g.palette().index(arm) % Palette.COLORS;
  }
}
