package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.TextTable;
import dev.steepest.study.report.page.Page;
import java.util.ArrayList;
import java.util.List;

/** What is said of a sweep on a console. */
public final class SweepSummary {
  private static final int WIDTH = 100;

  /** Rows of its table. */
  private static final int TOP = 5;

  private SweepSummary() {}

  /**
   * The headline, the best configurations, and what a reader must know; lines end in line feeds.
   */
  public static String of(SweepResults results) {
    return of(TriedSweep.of(results));
  }

  static String of(TriedSweep sweep) {
    SweepWords words = new SweepWords(sweep);
    StringBuilder text = new StringBuilder();
    text.append(words.headline()).append('\n').append(words.rule()).append('\n');
    if (!sweep.ranked().isEmpty()) {
      text.append('\n').append(table(sweep));
    }
    if (!words.sentences().isEmpty()) {
      text.append('\n');
    }
    words.sentences().forEach(sentence -> text.append(sentence).append('\n'));
    if (!words.alarms().isEmpty()) {
      text.append('\n');
    }
    for (Page.Notice alarm : words.alarms()) {
      text.append("! ").append(alarm.sentence()).append('\n');
    }
    return text.toString();
  }

  private static String table(TriedSweep sweep) {
    List<ParameterAxis> axes = sweep.varied();
    List<String> header = new ArrayList<>(List.of("trial"));
    axes.forEach(axis -> header.add(axis.label()));
    header.add(sweep.objective().label());
    header.add("train time");
    TextTable table = new TextTable(1 + axes.size(), header);
    for (TriedTrial trial : sweep.ranked().stream().limit(TOP).toList()) {
      List<String> row = new ArrayList<>(List.of("" + trial.number()));
      for (ParameterAxis axis : axes) {
        row.add(trial.setting(axis.name()).map(ParameterAxis::text).orElse("–"));
      }
      row.add(sweep.objective().value(trial.value().getAsDouble()));
      row.add(trial.seconds().isPresent() ? Numbers.duration(trial.seconds().getAsDouble()) : "–");
      table.add(row);
    }
    return table.render(WIDTH, "  ");
  }
}
