package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.SignFlip;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A verdict for the terminal: plain text, no colours, {@value #WIDTH} columns; more where names
 * could else not be told apart.
 */
public final class VerdictText {
  public static final int WIDTH = 100;

  /** What stands for a value that does not exist; never a zero. */
  private static final String ABSENT = "–";

  private final Verdict verdict;
  private final Quantity metric;
  private final StringBuilder text = new StringBuilder();

  private VerdictText(Verdict verdict) {
    this.verdict = verdict;
    this.metric = Quantity.of(verdict.rule().metric(), verdict.rule().goal());
  }

  public static String of(Verdict verdict) {
    return new VerdictText(verdict).render();
  }

  private String render() {
    paragraph("", verdict.headline());
    if (!verdict.alarms().isEmpty()) {
      text.append('\n').append(Numbers.count(verdict.alarms().size(), "alarm")).append('\n');
      verdict.alarms().forEach(alarm -> paragraph("  ! ", where(alarm) + alarm.sentence()));
    }
    List<Benchmark> benchmarks = Benchmark.of(verdict);
    for (ProblemVerdict problem : verdict.problems()) {
      text.append('\n').append(problem.problem()).append('\n');
      arms(problem);
      comparisons(problem);
      times(problem);
      benchmarks.stream()
          .filter(benchmark -> benchmark.problem().equals(problem.problem()))
          .forEach(benchmark ->
              text.append('\n').append(BenchmarkText.of(benchmark, 1 - verdict.rule().alpha())));
    }
    List<String> sentences = sentences();
    if (!sentences.isEmpty()) {
      text.append('\n');
      sentences.forEach(sentence -> paragraph("- ", sentence));
    }
    return text.toString();
  }

  /**
   * Without the headline, which stands on top, and without the times, whose table says the same in
   * less.
   */
  private List<String> sentences() {
    List<String> times =
        verdict.problems().stream()
            .flatMap(problem -> problem.times().stream())
            .map(TimeComparison::sentence)
            .toList();
    return verdict.sentences().stream()
        .skip(1)
        .filter(sentence -> times.stream().noneMatch(sentence::endsWith))
        .toList();
  }

  private String where(Alarm alarm) {
    return alarm.problem().isEmpty() || verdict.problems().size() == 1
        ? ""
        : alarm.problem() + ": ";
  }

  private void arms(ProblemVerdict problem) {
    TextTable table =
        new TextTable(
            1,
            List.of(
                "arm",
                "runs",
                "done",
                "diverged",
                (metric.label() + " " + metric.symbol()).strip(),
                "sd",
                "median",
                Numbers.shortest(100 * (1 - verdict.rule().alpha())) + " % CI",
                "time"));
    for (ArmResult arm : problem.arms()) {
      Optional<Summary> value = arm.value();
      table.add(
          List.of(
              arm.arm(),
              "" + arm.counts().total(),
              "" + arm.counts().finished(),
              "" + arm.counts().diverged(),
              value.map(s -> metric.number(s.mean())).orElse(ABSENT),
              value.map(Summary::sd).map(this::number).orElse(ABSENT),
              value.map(s -> metric.number(s.median())).orElse(ABSENT),
              value.flatMap(Summary::interval).map(this::interval).orElse(ABSENT),
              arm.trainSeconds().map(s -> Numbers.duration(s.mean())).orElse(ABSENT)));
    }
    text.append(table.render(WIDTH, "  "));
  }

  private void comparisons(ProblemVerdict problem) {
    if (problem.comparisons().isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable(
            2,
            List.of(
                "first", "second", "difference", "CI", "pairs", "ρ", "p", "Holm p", "flip p", ""));
    for (ArmComparison c : problem.comparisons()) {
      table.add(
          List.of(
              c.first(),
              c.second(),
              c.difference().isPresent() ? metric.signed(c.difference().getAsDouble()) : ABSENT,
              c.estimate().map(PairedT::interval).map(this::interval).orElse(ABSENT),
              "" + c.pairs(),
              c.rho().map(r -> Numbers.fixed(r.rho(), 2)).orElse(ABSENT),
              p(c.p()),
              p(c.holm()),
              c.signFlip().map(SignFlip::p).map(Numbers::bareP).orElse(ABSENT),
              mark(c.claim())));
    }
    text.append('\n').append(table.render(WIDTH, "  "));
  }

  private void times(ProblemVerdict problem) {
    DecisionRule rule = verdict.rule();
    if (rule.targets().isEmpty()) {
      return;
    }
    Quantity curve = Quantity.of(rule.curve());
    List<String> header = new ArrayList<>(List.of("median time to"));
    rule.targets().forEach(target -> header.add(curve.target(target)));
    TextTable table = new TextTable(1, header);
    for (ArmResult arm : problem.arms()) {
      List<String> row = new ArrayList<>(List.of(arm.arm()));
      arm.arrivals().forEach(arrival -> row.add(arrival(arrival)));
      table.add(row);
    }
    text.append('\n').append(table.render(WIDTH, "  "));
    ratios(problem, curve);
  }

  /** Only ratios that exist; a target that nobody reached is plain from the table above. */
  private void ratios(ProblemVerdict problem, Quantity curve) {
    TextTable table =
        new TextTable(
            2,
            List.of("first", "second", "to", "time ratio", "CI", "pairs", "missed", "Holm p", ""));
    boolean any = false;
    for (TimeComparison c : problem.times()) {
      if (c.claim() == Claim.NOT_COMPARABLE) {
        continue;
      }
      any = true;
      table.add(
          List.of(
              c.first(),
              c.second(),
              curve.target(c.target()),
              c.ratio().isPresent() ? Numbers.fixed(c.ratio().getAsDouble(), 2) + "×" : ABSENT,
              c.interval()
                  .map(i -> Numbers.fixed(i.low(), 2) + " to " + Numbers.fixed(i.high(), 2))
                  .orElse(ABSENT),
              "" + c.seeds().size(),
              c.firstMissed().size() + "/" + c.secondMissed().size(),
              p(c.holm()),
              mark(c.claim())));
    }
    if (any) {
      text.append('\n').append(table.render(WIDTH, "  "));
    }
  }

  private static String arrival(TargetArrival arrival) {
    OptionalDouble median = arrival.medianSeconds();
    return (median.isPresent() ? Numbers.duration(median.getAsDouble()) : ABSENT)
        + " ("
        + arrival.reached()
        + "/"
        + arrival.runs()
        + ")";
  }

  private static String mark(Claim claim) {
    return switch (claim) {
      case FIRST_BETTER -> "first";
      case SECOND_BETTER -> "second";
      case NOT_SHOWN -> "not shown";
      case TOO_FEW_PAIRS -> "too few";
      case NOT_COMPARABLE -> "no pair";
    };
  }

  private String number(OptionalDouble value) {
    return value.isPresent() ? metric.number(value.getAsDouble()) : ABSENT;
  }

  private String interval(Interval i) {
    return metric.number(i.low()) + " to " + metric.number(i.high());
  }

  private static String p(OptionalDouble p) {
    return p.isPresent() ? Numbers.bareP(p.getAsDouble()) : ABSENT;
  }

  /** Breaks {@code sentence} between words; lines after the first are indented to the first. */
  private void paragraph(String mark, String sentence) {
    String line = mark;
    String lead = mark;
    for (String word : sentence.split(" ")) {
      if (line.length() + word.length() > WIDTH && line.length() > lead.length()) {
        text.append(line.stripTrailing()).append('\n');
        lead = " ".repeat(mark.length());
        line = lead;
      }
      line += word + " ";
    }
    text.append(line.stripTrailing()).append('\n');
  }
}
