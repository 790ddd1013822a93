package dev.steepest.cli;

import dev.steepest.study.compare.Alarm;
import dev.steepest.study.compare.Comparison;
import dev.steepest.study.compare.Verdict;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.record.StudySeal;
import dev.steepest.study.report.ForeignResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What lies in the folders that a person names: our records, or results of other programs.
 *
 * @param title of the study, or the folders' names
 * @param alarms what a reader must know: files that could not be read, runs left out, a changed
 *     plan
 */
record Results(String title, List<RunRecord> records, DecisionRule rule, List<Alarm> alarms) {

  /**
   * Reads everything in the folders.
   *
   * @throws UserError naming every folder that does not exist, or if there is no run at all
   */
  static Results read(List<Path> folders) {
    List<String> missing =
        folders.stream().filter(f -> !Files.isDirectory(f)).map(Path::toString).toList();
    if (!missing.isEmpty()) {
      throw new UserError("There is no folder " + String.join(", no folder ", missing) + ".");
    }
    List<RunRecord> records = new ArrayList<>();
    List<Alarm> alarms = new ArrayList<>();
    List<StudySeal> seals = new ArrayList<>();
    for (Path folder : folders) {
      RecordStore.Contents contents = RecordStore.contents(folder);
      contents.unreadable().forEach(u -> alarms.add(alarm(Alarm.Kind.UNREADABLE, u)));
      Optional<StudySeal> seal = StudySeal.read(folder);
      seal.ifPresent(seals::add);
      List<RunRecord> ours =
          seal.map(s -> s.planned(contents.records())).orElse(contents.records());
      if (ours.size() < contents.records().size()) {
        alarms.add(
            alarm(
                Alarm.Kind.PLAN,
                "%s: %d run(s) of earlier plans are left out."
                    .formatted(folder, contents.records().size() - ours.size())));
      }
      seal.filter(StudySeal::changed)
          .ifPresent(s ->
              alarms.add(
                  alarm(
                      Alarm.Kind.PLAN,
                      "%s: the plan was changed %d time(s) after it was first sealed; the verdict holds for the newest."
                          .formatted(folder, s.plans().size() - 1))));
      records.addAll(ours);
      if (contents.records().isEmpty()) {
        ForeignResults foreign = ForeignResults.read(folder, records.size());
        records.addAll(foreign.records());
        foreign
            .notUnderstood()
            .forEach(u -> alarms.add(alarm(Alarm.Kind.UNREADABLE, u.file() + ": " + u.reason())));
      }
    }
    if (records.isEmpty()) {
      throw new UserError(
          "There is no run in "
              + String.join(", ", folders.stream().map(Path::toString).toList())
              + "; a run is a folder with a run.json, or a result file of the CIFAR-10 benchmark."
              + words(alarms));
    }
    if (seals.stream().map(seal -> seal.rule().decision()).distinct().count() > 1) {
      alarms.add(
          alarm(
              Alarm.Kind.PLAN,
              "The folders were decided by different rules; that of the first is used for all."));
    } else if (seals.isEmpty()) {
      alarms.add(
          alarm(
              Alarm.Kind.PLAN,
              "No plan was sealed with these runs, so that what decides was not stated before them."));
    }
    return new Results(title(folders, seals), records, rule(seals, records), alarms);
  }

  Verdict verdict() {
    return Comparison.of(records, rule).with(alarms);
  }

  private static Alarm alarm(Alarm.Kind kind, String sentence) {
    return new Alarm(kind, "", sentence);
  }

  private static String words(List<Alarm> alarms) {
    return alarms.stream()
        .filter(a -> a.kind() == Alarm.Kind.UNREADABLE)
        .map(a -> "\n  " + a.sentence())
        .collect(Collectors.joining());
  }

  private static String title(List<Path> folders, List<StudySeal> seals) {
    return seals.size() == 1
        ? seals.getFirst().title()
        : String.join(
            ", ",
            folders.stream()
                .map(f -> f.toAbsolutePath().normalize().getFileName().toString())
                .toList());
  }

  /**
   * The rule that the study was sealed with, for what any of the folders compares; for a mere heap
   * of runs, the usual one.
   */
  private static DecisionRule rule(List<StudySeal> seals, List<RunRecord> records) {
    if (!seals.isEmpty()) {
      return seals
          .getFirst()
          .rule()
          .comparing(
              seals.stream().flatMap(seal -> seal.rule().compared().stream()).distinct().toList());
    }
    if (records.stream().allMatch(RunRecord::ofTokens)) {
      boolean tested = records.stream().allMatch(r -> r.results().containsKey(Metric.TEST_LOSS));
      return new DecisionRule(
          tested ? Metric.TEST_LOSS : Metric.VAL_LOSS,
          DecisionRule.Goal.MINIMIZE,
          Optional.empty(),
          DecisionRule.USUAL_ALPHA,
          List.of(),
          Metric.VAL_LOSS,
          List.of());
    }
    return new DecisionRule(
        usualMetric(records),
        DecisionRule.Goal.MAXIMIZE,
        Optional.empty(),
        DecisionRule.USUAL_ALPHA,
        List.of(0.60, 0.70, 0.85),
        Metric.VAL_ACCURACY,
        List.of());
  }

  /** The accuracy that was measured with most care by every run that was tested at all. */
  private static String usualMetric(List<RunRecord> records) {
    List<RunRecord> tested =
        records.stream()
            .filter(r ->
                r.results().containsKey(Metric.TEST_ACCURACY)
                    || r.results().containsKey(Metric.TTA_ACCURACY))
            .toList();
    if (tested.isEmpty()) {
      return Metric.VAL_ACCURACY;
    }
    return tested.stream().allMatch(r -> r.results().containsKey(Metric.TTA_ACCURACY))
        ? Metric.TTA_ACCURACY
        : Metric.TEST_ACCURACY;
  }
}
