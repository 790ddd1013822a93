package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Alarms about runs that differ in something besides what is compared. */
final class Fairness {
  private static final String COMMIT = "steepest.commit";
  private static final String DIRTY = "steepest.dirty";

  /** Facts of an environment that change numbers or times. */
  private static final List<String> MACHINE =
      List.of(
          "libtorch",
          "jdk",
          "os",
          "cpu",
          "cpu.capability",
          "cores",
          "threads",
          "allocator",
          "device",
          "gpu");

  /** Sections that say how far a run goes. */
  private static final List<String> LENGTH = List.of("training", "data");

  private Fairness() {}

  static List<Alarm> alarms(Contest contest, DecisionRule rule) {
    List<RunRecord> runs = contest.runs();
    List<Alarm> alarms = new ArrayList<>(SettingsAlarms.of(contest, rule));
    alarms.addAll(Confounding.alarms(contest, rule));
    TreeSet<String> splits = new TreeSet<>();
    runs.forEach(run -> splits.addAll(run.checksums().keySet()));
    splits.remove(RunRecord.INITIAL_WEIGHTS); // arms may differ in them by their settings
    otherWeights(alarms, contest);
    mixed(
        alarms,
        contest,
        Alarm.Kind.DATA,
        "Runs did not see the same data: the checksum of ",
        splits,
        split -> run -> run.checksums().get(split));
    mixed(
        alarms,
        contest,
        Alarm.Kind.CODE,
        "Runs were made by different code: ",
        List.of(COMMIT),
        Fairness::fact);
    dirty(alarms, contest);
    mixed(
        alarms,
        contest,
        Alarm.Kind.MACHINE,
        "Runs were made in different environments: ",
        MACHINE,
        Fairness::fact);
    budget(alarms, contest, rule);
    return alarms;
  }

  /** A file of weights that was replaced in the midst of a study. */
  private static void otherWeights(List<Alarm> alarms, Contest contest) {
    Variety weights =
        Variety.of(
            "SHA-256", contest.runs(), run -> run.checksums().get(RunRecord.INITIAL_WEIGHTS));
    if (weights.mixedWithinAnArm()) {
      alarms.add(
          new Alarm(
              Alarm.Kind.DATA,
              contest.problem(),
              "Runs of one arm began from different weights: " + weights.spoken() + "."));
    }
  }

  private static Function<RunRecord, String> fact(String name) {
    return run -> run.environment().facts().get(name);
  }

  private static void mixed(
      List<Alarm> alarms,
      Contest contest,
      Alarm.Kind kind,
      String head,
      Collection<String> names,
      Function<String, Function<RunRecord, String>> facts) {
    List<Variety> varied =
        names.stream()
            .map(name -> Variety.of(name, contest.runs(), facts.apply(name)))
            .filter(Variety::mixed)
            .toList();
    if (!varied.isEmpty()) {
      String list = varied.stream().map(Variety::spoken).collect(Collectors.joining("; "));
      alarms.add(new Alarm(kind, contest.problem(), head + list + "."));
    }
  }

  private static void dirty(List<Alarm> alarms, Contest contest) {
    List<RunRecord> runs = contest.runs();
    long dirty =
        runs.stream().filter(run -> "true".equals(run.environment().facts().get(DIRTY))).count();
    if (dirty > 0) {
      alarms.add(
          new Alarm(
              Alarm.Kind.CODE,
              contest.problem(),
              dirty
                  + " of "
                  + Numbers.count(runs.size(), "run")
                  + " came from uncommitted code, which no commit can bring back."));
    }
    long unknown =
        runs.stream().filter(run -> !run.environment().facts().containsKey(COMMIT)).count();
    if (unknown > 0 && unknown == runs.size()) {
      alarms.add(
          new Alarm(
              Alarm.Kind.CODE,
              contest.problem(),
              "The records do not say which code made them, nor whether it was the same."));
    }
  }

  /**
   * Finished runs should have gone equally far; the first measure of length that differs is named.
   * Where the experiment compares how or on what arms are trained, an arm may have a length of its
   * own, which is no alarm but must be known.
   */
  private static void budget(List<Alarm> alarms, Contest contest, DecisionRule rule) {
    List<RunRecord> finished =
        contest.runs().stream()
            .filter(run -> run.finished() && !run.evaluations().isEmpty())
            .toList();
    boolean tokens = !finished.isEmpty() && finished.stream().allMatch(RunRecord::ofTokens);
    List<Variety> lengths = new ArrayList<>();
    if (!tokens) {
      lengths.add(length("number of epochs", finished, e -> Numbers.shortest(e.epoch())));
    }
    lengths.add(
        length(
            tokens ? "number of sequences" : "number of samples",
            finished,
            e -> Long.toString(e.samples())));
    lengths.add(length("number of steps", finished, e -> Long.toString(e.step())));
    Optional<Variety> within = lengths.stream().filter(Variety::mixedWithinAnArm).findFirst();
    boolean meant = LENGTH.stream().anyMatch(section -> compares(rule, section));
    within
        .or(() -> lengths.stream().filter(Variety::mixed).findFirst())
        .ifPresent(length ->
            alarms.add(
                meant && within.isEmpty()
                    ? new Alarm(
                        Alarm.Kind.LENGTH,
                        contest.problem(),
                        "Arms were trained for lengths of their own, as the experiment says: the "
                            + length.spoken()
                            + ".")
                    : new Alarm(
                        Alarm.Kind.BUDGET,
                        contest.problem(),
                        "Finished runs were trained for different lengths: the "
                            + length.spoken()
                            + ".")));
  }

  private static boolean compares(DecisionRule rule, String section) {
    return rule.compared().stream()
        .anyMatch(thing -> thing.equals(section) || thing.startsWith(section + "."));
  }

  private static Variety length(
      String name, List<RunRecord> runs, Function<Evaluation, String> measure) {
    return Variety.of(name, runs, run -> measure.apply(run.evaluations().getLast()));
  }
}
