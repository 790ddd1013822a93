package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.plan.Differences;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Alarms about settings. What is compared is what the decision rule says; where it says nothing,
 * one top-level section of the settings: {@code optimizer} if arms differ there, else the only
 * section that differs. A difference anywhere else, or between seeds of one arm, is an alarm.
 */
final class SettingsAlarms {
  private static final String OPTIMIZER = "optimizer";

  /** A sentence with more differences than this is not read; the rest is counted. Assumed. */
  private static final int MOST_NAMED = 6;

  private SettingsAlarms() {}

  static List<Alarm> of(Contest contest, DecisionRule rule) {
    List<RunRecord> runs = contest.runs();
    List<Variety> varied =
        Differences.of(runs.stream().map(RunRecord::spec).toList()).paths().stream()
            .map(path ->
                Variety.of(path, runs, run -> Differences.text(run.spec(), path).orElse(null)))
            .toList();
    List<String> compared = rule.compared().isEmpty() ? oneSection(varied) : rule.compared();
    List<Alarm> alarms = new ArrayList<>();
    add(
        alarms,
        contest,
        "Seeds of one arm were run with different settings: ",
        varied.stream().filter(Variety::mixedWithinAnArm).toList());
    add(
        alarms,
        contest,
        "Arms differ in more than the " + Numbers.and(compared) + ": ",
        varied.stream()
            .filter(v -> !v.mixedWithinAnArm() && thing(v.name(), compared).isEmpty())
            .toList());
    return alarms;
  }

  private static List<String> oneSection(List<Variety> varied) {
    Set<String> sections =
        varied.stream()
            .map(variety -> section(variety.name()))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return List.of(
        sections.contains(OPTIMIZER) || sections.size() != 1
            ? OPTIMIZER
            : sections.iterator().next());
  }

  /** The one of {@code things} that a setting is of: the longest name that its path begins with. */
  static Optional<String> thing(String path, List<String> things) {
    return things.stream()
        .filter(thing -> path.equals(thing) || path.startsWith(thing + "."))
        .max(Comparator.comparingInt(String::length));
  }

  private static void add(List<Alarm> alarms, Contest contest, String head, List<Variety> varied) {
    if (varied.isEmpty()) {
      return;
    }
    String list =
        varied.stream().limit(MOST_NAMED).map(Variety::spoken).collect(Collectors.joining("; "));
    int more = varied.size() - MOST_NAMED;
    alarms.add(
        new Alarm(
            Alarm.Kind.SETTINGS,
            contest.problem(),
            head + list + (more > 0 ? "; and " + Numbers.count(more, "other setting") : "") + "."));
  }

  private static String section(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }
}
