package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.report.page.SweepPage;
import dev.steepest.study.search.Report;
import dev.steepest.study.stats.Importance;
import dev.steepest.study.stats.Importance.Effect;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A sweep as its page shows it. */
record SweepSections(TriedSweep sweep) {
  private static final String ABSENT = Sections.ABSENT;

  /** Rows of the table of the best. */
  private static final int TOP = 10;

  SweepPage page(List<String> notices, Page.Assets assets) {
    SweepWords words = new SweepWords(sweep);
    Optional<Importance> found = sweep.importance().found();
    Optional<MarginalFigures> marginals = MarginalFigures.of(sweep);
    return new SweepPage(
        sweep.sweep().name(),
        HtmlPage.unbroken(words.headline()),
        HtmlPage.unbroken(words.rule()),
        words.alarms(),
        notices,
        sweep.trials().stream().anyMatch(trial -> trial.value().isPresent()),
        !sweep.varied().isEmpty(),
        top(),
        found.map(this::importance).orElse(List.of()),
        found
            .map(f -> MarginalFigures.note(sweep.importance(), f))
            .orElse(sweep.importance().why()),
        marginals.map(MarginalFigures::strips).orElse(List.of()),
        marginals.map(MarginalFigures::curves).orElse(List.of()),
        lanes(),
        clock(),
        trials(),
        words.sentences().stream().map(HtmlPage::unbroken).toList(),
        Origins.of(records(), _ -> 0),
        assets,
        SweepData.of(sweep));
  }

  private List<RunRecord> records() {
    return sweep.trials().stream()
        .flatMap(trial -> Stream.concat(trial.runs().stream(), trial.finals().stream()))
        .toList();
  }

  private List<Page.Bars> importance(Importance found) {
    List<Effect> order =
        found.effects().stream().sorted((a, b) -> Double.compare(b.alone(), a.alone())).toList();
    double most =
        order.stream()
            .mapToDouble(e -> Math.max(e.shuffled(), e.shuffledInterval().high()))
            .max()
            .orElse(1);
    List<Page.Bar> alone = new ArrayList<>();
    List<Page.Bar> shuffled = new ArrayList<>();
    for (Effect e : order) {
      alone.add(bar(sweep.label(e.factor()), e.alone(), e.aloneInterval(), 1, ""));
      shuffled.add(
          bar(
              sweep.label(e.factor()),
              e.shuffled(),
              e.shuffledInterval(),
              Math.max(most, .05),
              e.shown() ? "" : "not told from noise"));
    }
    return List.of(
        new Page.Bars(
            "Alone",
            SweepWords.percent(found.together())
                + " belong to several hyper-parameters together, or to noise.",
            alone),
        new Page.Bars("Shuffled", "Below 0 is noise.", shuffled));
  }

  /** A bar on an axis from 0 to {@code full}. */
  private static Page.Bar bar(String name, double share, Interval i, double full, String note) {
    double low = Math.clamp(i.low() / full, 0, 1);
    double high = Math.clamp(i.high() / full, 0, 1);
    String range = Math.round(100 * i.low()) + " to " + Math.round(100 * i.high()) + " %";
    return new Page.Bar(
        name,
        note.isEmpty() ? 0 : 4,
        Places.percent(Math.clamp(share / full, 0, 1)),
        Places.percent(low),
        Places.percent(high - low),
        SweepWords.percent(share).replace("-", Numbers.MINUS),
        (note.isEmpty() ? range : note + ", " + range).replace("-", Numbers.MINUS));
  }

  private Page.Table top() {
    List<ParameterAxis> axes = sweep.varied();
    List<String> header = new ArrayList<>(List.of("Rank", "Trial"));
    axes.forEach(axis -> header.add(axis.label()));
    header.add(unit(sweep.objective().label(), sweep.objective().symbol()));
    sweep.tested().ifPresent(metric -> header.add(unit(metric.label(), metric.symbol())));
    header.add("Train time");
    List<Page.Row> rows = new ArrayList<>();
    for (int k = 0; k < Math.min(TOP, sweep.ranked().size()); k++) {
      TriedTrial trial = sweep.ranked().get(k);
      List<String> cells = new ArrayList<>(List.of("" + (k + 1), "" + trial.number()));
      axes.forEach(axis -> cells.add(setting(trial, axis.name())));
      cells.add(sweep.objective().number(trial.value().getAsDouble()));
      sweep.tested().ifPresent(_ -> cells.add(sweep.test(trial).map(this::tested).orElse(ABSENT)));
      cells.add(duration(trial.seconds()));
      rows.add(new Page.Row(-1, cells));
    }
    return new Page.Table("Top configurations", 2 + axes.size(), header, rows);
  }

  private String tested(Summary s) {
    return sweep.tested().orElseThrow().number(s.mean())
        + s.interval()
            .map(i ->
                " (%s to %s)"
                    .formatted(
                        sweep.tested().orElseThrow().number(i.low()),
                        sweep.tested().orElseThrow().number(i.high())))
            .orElse("");
  }

  private Page.Table trials() {
    List<ParameterAxis> axes = sweep.varied();
    List<String> header = new ArrayList<>(List.of("Trial", "How it ended"));
    axes.forEach(axis -> header.add(axis.label()));
    header.addAll(
        List.of(
            unit(sweep.objective().label(), sweep.objective().symbol()),
            "Looks",
            "Train time",
            "Attempts",
            "Worker"));
    List<Page.Row> rows = new ArrayList<>();
    for (TriedTrial trial : sweep.trials()) {
      String reason = trial.finished() || trial.reason().isEmpty() ? "" : ": " + trial.reason();
      List<String> cells =
          new ArrayList<>(List.of("" + trial.number(), SweepWords.word(trial.state()) + reason));
      axes.forEach(axis -> cells.add(setting(trial, axis.name())));
      cells.addAll(
          List.of(
              trial.value().isPresent()
                  ? sweep.objective().number(trial.value().getAsDouble())
                  : ABSENT,
              looks(trial),
              duration(trial.seconds()),
              "" + trial.entry().attempts(),
              trial.entry().worker()));
      rows.add(new Page.Row(-1, cells));
    }
    return new Page.Table("Every trial", 2 + axes.size(), header, rows);
  }

  private static String looks(TriedTrial trial) {
    return trial.entry().trial().reports().stream()
        .map(Report::iteration)
        .max(Long::compare)
        .map(i -> "" + i)
        .orElse(ABSENT);
  }

  private static String setting(TriedTrial trial, String name) {
    return trial.setting(name).map(ParameterAxis::text).orElse(ABSENT);
  }

  private static String duration(OptionalDouble seconds) {
    return seconds.isPresent() ? Numbers.duration(seconds.getAsDouble()) : ABSENT;
  }

  private static String unit(String label, String symbol) {
    String start = label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    return symbol.isEmpty() ? start : start + " (" + symbol + ")";
  }

  private Stream<TriedTrial> timed() {
    return sweep.trials().stream().filter(trial -> trial.begun().isPresent());
  }

  private Instant first() {
    return timed()
        .map(trial -> trial.begun().orElseThrow())
        .min(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }

  private double length() {
    Instant last =
        timed().map(trial -> trial.ended().orElseThrow()).max(Instant::compareTo).orElse(first());
    return seconds(first(), last);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  private List<SweepPage.Lane> lanes() {
    double length = length();
    if (!(length > 0)) {
      return List.of();
    }
    Map<String, List<SweepPage.Span>> lanes = new LinkedHashMap<>();
    timed()
        .forEach(trial -> {
          double from = seconds(first(), trial.begun().orElseThrow());
          double to = seconds(first(), trial.ended().orElseThrow());
          lanes
              .computeIfAbsent(trial.entry().worker(), _ -> new ArrayList<>())
              .add(
                  new SweepPage.Span(
                      Places.percent(from / length),
                      Places.percent((to - from) / length),
                      trial.state().name().toLowerCase(Locale.ROOT),
                      "trial %d, %s, %s"
                          .formatted(
                              trial.number(),
                              SweepWords.word(trial.state()),
                              Numbers.duration(to - from))));
        });
    return lanes.entrySet().stream()
        .map(lane -> new SweepPage.Lane(lane.getKey(), lane.getValue()))
        .toList();
  }

  /** "2026-11-22 10:00 UTC, 1 h 20 min". */
  private String clock() {
    return length() > 0
        ? "From %s for %s, without loading."
            .formatted(
                first().toString().replace('T', ' ').replaceAll("(:\\d\\d):\\d\\d.*", "$1 UTC"),
                Numbers.duration(length()))
        : "";
  }
}
