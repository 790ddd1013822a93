package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sentences of a verdict, in the order in which a reader needs them. */
final class Narrative {
  private Narrative() {}

  static List<String> of(List<ProblemVerdict> problems, List<Alarm> alarms, DecisionRule rule) {
    List<String> sentences = new ArrayList<>();
    sentences.add(Headline.of(problems, rule));
    List<Alarm> unequal = alarms.stream().filter(alarm -> alarm.kind().unequal()).toList();
    if (!unequal.isEmpty()) {
      sentences.add(
          "Whether the runs were alike in all but what is compared is in doubt: see "
              + Numbers.count(unequal.size(), "alarm")
              + ".");
    }
    for (ProblemVerdict problem : problems) {
      String where = problems.size() > 1 ? "On " + problem.problem() + ": " : "";
      problem.comparisons().stream()
          .map(c -> where + c.sentence())
          .filter(s -> !s.equals(sentences.getFirst()))
          .forEach(sentences::add);
      problem.times().forEach(t -> sentences.add(where + t.sentence()));
    }
    if (DrawnCurve.ofTestSet(problems, rule)) {
      sentences.add(
          "The curves are of the test set, on the way as at the end: final values decide;"
              + " Steepest selected nothing by them.");
    }
    method(problems, rule).ifPresent(sentences::add);
    return sentences;
  }

  private static Optional<String> method(List<ProblemVerdict> problems, DecisionRule rule) {
    long metric = problems.stream().mapToLong(p -> p.comparisons().size()).sum();
    long times = problems.stream().mapToLong(p -> p.times().size()).sum();
    if (metric == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "Differences are means over runs paired by seed, tested by Student's paired t; Holm's "
            + "adjustment covers "
            + Numbers.count((int) metric, "comparison")
            + " of "
            + Quantity.of(rule.metric()).label()
            + (times == 0
                ? ""
                : " and, separately, " + Numbers.count((int) times, "comparison") + " of time")
            + "; α = "
            + Numbers.shortest(rule.alpha())
            + ", at least "
            + Evidence.fewestPairs(rule.alpha())
            + " pairs for a claim.");
  }
}
