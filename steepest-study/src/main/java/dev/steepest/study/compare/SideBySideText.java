package dev.steepest.study.compare;

import dev.steepest.study.compare.SideBySide.Row;
import dev.steepest.study.compare.SideBySide.Study;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.PairedT;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Two studies side by side for the terminal: a block of three lines for each comparison. */
public final class SideBySideText {
  private static final String ABSENT = "–";

  private SideBySideText() {}

  public static String of(SideBySide sides) {
    Quantity metric = Quantity.of(sides.rule().metric(), sides.rule().goal());
    String unit = metric.unit().isEmpty() ? "" : ", " + metric.unit().strip();
    StringBuilder text = new StringBuilder(sides.headline()).append('\n');
    text.append("Differences of ").append(metric.label()).append(unit).append(", first − second;");
    text.append(metric.sign() > 0 ? " above" : " below").append(" 0 the first is better.\n");
    for (Row row : sides.rows()) {
      text.append('\n').append(row.left().first()).append(" against ").append(row.left().second());
      text.append(" on ").append(row.problem()).append('\n');
      TextTable table = new TextTable(1, List.of("", "difference", "CI", "pairs", "Holm p", ""));
      study(table, sides.left(), row.left(), metric);
      study(table, sides.right(), row.right(), metric);
      table.add(
          List.of(
              "moved by",
              row.moved().map(t -> metric.signed(t.difference())).orElse(ABSENT),
              interval(metric, row.moved()),
              row.moved().map(t -> "" + t.n()).orElse(ABSENT),
              "",
              row.reading().words()));
      text.append(table.render(VerdictText.WIDTH, "  "));
    }
    if (!sides.missing().isEmpty()) {
      text.append('\n');
      sides.missing().forEach(sentence -> text.append("  ! ").append(sentence).append('\n'));
    }
    alarms(text, sides.left());
    alarms(text, sides.right());
    return text.toString();
  }

  private static void study(TextTable table, Study study, ArmComparison c, Quantity metric) {
    table.add(
        List.of(
            study.name(),
            c.difference().isPresent() ? metric.signed(c.difference().getAsDouble()) : ABSENT,
            interval(metric, c.estimate()),
            "" + c.pairs(),
            p(c.holm()),
            said(c)));
  }

  /** What a comparison claims, in a few words. */
  public static String said(ArmComparison c) {
    return switch (c.claim()) {
      case FIRST_BETTER -> c.first() + " is better";
      case SECOND_BETTER -> c.second() + " is better";
      case NOT_SHOWN -> "not shown";
      case TOO_FEW_PAIRS -> "too few pairs";
      case NOT_COMPARABLE -> "no pair";
    };
  }

  private static String interval(Quantity metric, Optional<PairedT> t) {
    Optional<Interval> interval = t.map(PairedT::interval);
    return interval
        .map(i -> metric.number(i.low()) + " to " + metric.number(i.high()))
        .orElse(ABSENT);
  }

  private static String p(OptionalDouble p) {
    return p.isPresent() ? Numbers.bareP(p.getAsDouble()) : ABSENT;
  }

  private static void alarms(StringBuilder text, Study study) {
    if (!study.verdict().alarms().isEmpty()) {
      text.append('\n').append("Before you believe it, in ").append(study.name()).append('\n');
      study.verdict().alarms().forEach(a -> text.append("  ! ").append(a.sentence()).append('\n'));
    }
  }
}
