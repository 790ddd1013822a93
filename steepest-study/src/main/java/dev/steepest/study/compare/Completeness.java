package dev.steepest.study.compare;

import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Alarms about runs that are not there, not whole, or there twice. Nothing is left out in silence.
 */
final class Completeness {
  private Completeness() {}

  static List<Alarm> alarms(Contest contest, Quantity metric, Optional<String> baseline) {
    List<Alarm> alarms = new ArrayList<>();
    baseline
        .filter(name -> !contest.arms().containsKey(name))
        .ifPresent(name ->
            alarms.add(
                new Alarm(
                    Alarm.Kind.MISSING,
                    contest.problem(),
                    "The baseline "
                        + name
                        + " was not run; the arms are "
                        + Numbers.and(contest.arms().keySet())
                        + ".")));
    contest.arms().forEach((arm, runs) -> alarms.addAll(ends(contest, arm, runs.values(), metric)));
    alarms.addAll(unpaired(contest));
    if (!contest.repeated().isEmpty()) {
      alarms.add(
          new Alarm(
              Alarm.Kind.DUPLICATE,
              contest.problem(),
              "Run more than once, of which the first that was decided counts: "
                  + Numbers.and(
                      contest.repeated().stream()
                          .map(run -> run.spec().arm() + " seed " + run.spec().seed())
                          .distinct()
                          .toList())
                  + "."));
    }
    return alarms;
  }

  private static List<Alarm> ends(
      Contest contest, String arm, Collection<RunRecord> runs, Quantity metric) {
    List<Alarm> alarms = new ArrayList<>();
    List<Long> diverged = seeds(runs, RunRecord::diverged);
    if (!diverged.isEmpty()) {
      int decided = Counts.of(runs).decided();
      alarms.add(
          new Alarm(
              Alarm.Kind.DIVERGENCE,
              contest.problem(),
              arm
                  + " diverged on "
                  + diverged.size()
                  + " of "
                  + Numbers.count(decided, "seed")
                  + " ("
                  + Numbers.seeds(diverged)
                  + ")."));
    }
    missing(
            contest,
            arm,
            seeds(runs, Counts::failed),
            "failed and is not counted",
            "failed and are not counted")
        .ifPresent(alarms::add);
    missing(
            contest,
            arm,
            seeds(runs, run -> !run.finished() && !run.diverged() && !Counts.failed(run)),
            "is unfinished and not counted",
            "are unfinished and not counted")
        .ifPresent(alarms::add);
    missing(
            contest,
            arm,
            seeds(runs, run -> run.finished() && metric.atEnd(run).isEmpty()),
            "finished without a " + metric.label(),
            "finished without a " + metric.label())
        .ifPresent(alarms::add);
    return alarms;
  }

  private static Optional<Alarm> missing(
      Contest contest, String arm, List<Long> seeds, String one, String many) {
    return seeds.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Alarm(
                Alarm.Kind.MISSING,
                contest.problem(),
                Numbers.count(seeds.size(), "run")
                    + " of "
                    + arm
                    + " ("
                    + Numbers.seeds(seeds)
                    + ") "
                    + (seeds.size() == 1 ? one : many)
                    + "."));
  }

  private static List<Alarm> unpaired(Contest contest) {
    TreeSet<Long> all = new TreeSet<>();
    contest.arms().values().forEach(runs -> all.addAll(runs.keySet()));
    List<Alarm> alarms = new ArrayList<>();
    contest
        .arms()
        .forEach((arm, runs) -> {
          List<Long> lacking =
              all.stream().filter(seed -> seed >= 0 && !runs.containsKey(seed)).toList();
          if (!lacking.isEmpty()) {
            alarms.add(
                new Alarm(
                    Alarm.Kind.UNPAIRED,
                    contest.problem(),
                    arm
                        + " was not run with "
                        + Numbers.seeds(lacking)
                        + ", which another arm was run with; such runs have no pair."));
          }
        });
    return alarms;
  }

  private static List<Long> seeds(Collection<RunRecord> runs, Predicate<RunRecord> which) {
    return runs.stream().filter(which).map(run -> run.spec().seed()).toList();
  }
}
