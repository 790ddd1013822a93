package dev.steepest.study.compare;

import dev.steepest.study.compare.Contest.Pairing;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.plan.Differences;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.record.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says where arms differ in several things on purpose: what comes out is then due to all of them,
 * and no test can say to which.
 */
final class Confounding {
  /** Of more pairs than this the rest is counted. Assumed. */
  private static final int MOST_NAMED = 6;

  private Confounding() {}

  static List<Alarm> alarms(Contest contest, DecisionRule rule) {
    List<String> sentences =
        contest.pairings(rule).stream()
            .map(pairing -> sentence(pairing, rule.compared()))
            .flatMap(Optional::stream)
            .toList();
    List<String> said = new ArrayList<>(sentences.stream().limit(MOST_NAMED).toList());
    if (sentences.size() > MOST_NAMED) {
      said.add(
          "So do "
              + Numbers.count(sentences.size() - MOST_NAMED, "other pair")
              + " of arms in several things.");
    }
    return said.stream()
        .map(sentence -> new Alarm(Alarm.Kind.CONFOUNDED, contest.problem(), sentence))
        .toList();
  }

  private static Optional<String> sentence(Pairing pairing, List<String> compared) {
    List<RunSpec> runs =
        Stream.of(pairing.firstRuns(), pairing.secondRuns())
            .flatMap(arm -> arm.values().stream())
            .map(RunRecord::spec)
            .toList();
    Set<String> differing =
        Differences.of(runs).paths().stream()
            .flatMap(path -> SettingsAlarms.thing(path, compared).stream())
            .collect(Collectors.toSet());
    List<String> things = compared.stream().filter(differing::contains).toList();
    return things.size() < 2
        ? Optional.empty()
        : Optional.of(
            "%s differs from %s in %s: their effects cannot be told apart."
                .formatted(
                    pairing.first(),
                    pairing.second(),
                    Numbers.and(things.stream().map(Confounding::spoken).toList())));
  }

  /** "schedule (input)" of "schedule.input". */
  private static String spoken(String thing) {
    int dot = thing.indexOf('.');
    return dot < 0 ? thing : thing.substring(0, dot) + " (" + thing.substring(dot + 1) + ")";
  }
}
