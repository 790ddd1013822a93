package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The whole verdict in one sentence: who beats whom by how much, and what could not be shown. */
final class Headline {
  private Headline() {}

  static String of(List<ProblemVerdict> problems, DecisionRule rule) {
    int total =
        problems.stream().flatMap(p -> p.arms().stream()).mapToInt(a -> a.counts().total()).sum();
    if (total == 0) {
      return "There are no runs to compare.";
    }
    if (problems.stream()
        .flatMap(p -> p.arms().stream())
        .allMatch(a -> a.counts().decided() == 0)) {
      return "No run has finished yet (" + undecided(problems) + "), so that nothing can be said.";
    }
    Quantity quantity = Quantity.of(rule.metric(), rule.goal());
    String said =
        problems.size() == 1 ? problem(problems.getFirst(), quantity) : several(problems, quantity);
    boolean bareAmounts = problems.stream().anyMatch(p -> p.comparisons().size() > 1);
    return (bareAmounts ? "In " + quantity.label() + ", " + said : capital(said)) + ".";
  }

  /**
   * Each problem by itself; of more than two, those of which the same is said are named together.
   */
  private static String several(List<ProblemVerdict> problems, Quantity q) {
    if (problems.size() == 2) {
      return problems.stream()
          .map(p -> "on " + p.problem() + ", " + problem(p, q))
          .collect(Collectors.joining("; "));
    }
    Map<String, List<String>> said = new LinkedHashMap<>();
    for (ProblemVerdict p : problems) {
      said.computeIfAbsent(problem(p, q), _ -> new ArrayList<>()).add(p.problem());
    }
    if (said.size() == 1) {
      return "on each of " + problems.size() + " problems, " + said.keySet().iterator().next();
    }
    return said.entrySet().stream()
        .map(one -> "on " + Numbers.and(one.getValue()) + ", " + one.getKey())
        .collect(Collectors.joining("; "));
  }

  private static String problem(ProblemVerdict p, Quantity q) {
    if (p.comparisons().isEmpty()) {
      return p.arms().size() == 1
          ? "only " + alone(p.arms().getFirst(), q) + ": there is nothing to compare it with"
          : "the baseline was not run, so that nothing is compared";
    }
    if (p.comparisons().size() == 1) {
      String sentence = p.comparisons().getFirst().sentence();
      return sentence.substring(0, sentence.length() - 1);
    }
    List<String> clauses = new ArrayList<>(victories(p, q));
    unsettled(p, Claim.NOT_SHOWN, "no difference was shown between ", clauses);
    tooFew(p, clauses);
    unsettled(p, Claim.NOT_COMPARABLE, "nothing can be said between ", clauses);
    return clauses.size() == 1
        ? clauses.getFirst()
        : String.join(", ", clauses.subList(0, clauses.size() - 1)) + ", and " + clauses.getLast();
  }

  /**
   * Grouped by winner where one beats several, else by loser: "muon (+1.32) and scion (+0.80) beat
   * adamw".
   */
  private static List<String> victories(ProblemVerdict p, Quantity q) {
    Map<String, List<String>> byWinner = new LinkedHashMap<>();
    Map<String, List<String>> byLoser = new LinkedHashMap<>();
    for (ArmComparison c : p.comparisons()) {
      if (c.claim() == Claim.FIRST_BETTER || c.claim() == Claim.SECOND_BETTER) {
        String winner = c.claim() == Claim.FIRST_BETTER ? c.first() : c.second();
        String loser = c.claim() == Claim.FIRST_BETTER ? c.second() : c.first();
        String by = amount(c, q);
        byWinner.computeIfAbsent(winner, _ -> new ArrayList<>()).add(loser + by);
        byLoser.computeIfAbsent(loser, _ -> new ArrayList<>()).add(winner + by);
      }
    }
    boolean groupByLoser = byLoser.size() < byWinner.size();
    List<String> clauses = new ArrayList<>();
    (groupByLoser ? byLoser : byWinner)
        .forEach((one, others) ->
            clauses.add(
                groupByLoser
                    ? Numbers.and(others) + (others.size() > 1 ? " beat " : " beats ") + one
                    : one + " beats " + Numbers.and(others)));
    return clauses;
  }

  private static String amount(ArmComparison c, Quantity q) {
    return c.basis() == Basis.SIGN || c.difference().isEmpty()
        ? " (by outcomes)"
        : " (by " + q.difference(c.difference().getAsDouble()) + ")";
  }

  private static void unsettled(ProblemVerdict p, Claim claim, String words, List<String> clauses) {
    List<String> pairs =
        p.comparisons().stream()
            .filter(c -> c.claim() == claim)
            .map(c -> c.first() + " and " + c.second())
            .toList();
    if (!pairs.isEmpty()) {
      clauses.add(words + String.join(" or between ", pairs));
    }
  }

  private static void tooFew(ProblemVerdict p, List<String> clauses) {
    List<ArmComparison> few =
        p.comparisons().stream().filter(c -> c.claim() == Claim.TOO_FEW_PAIRS).toList();
    if (few.isEmpty()) {
      return;
    }
    int most = few.stream().mapToInt(ArmComparison::pairs).max().orElse(0);
    String n = (few.stream().allMatch(c -> c.pairs() == most) ? " with n = " : " with n ≤ ") + most;
    String where =
        few.size() == p.comparisons().size()
            ? "between any arms"
            : "between "
                + few.stream()
                    .map(c -> c.first() + " and " + c.second())
                    .collect(Collectors.joining(" or between "));
    clauses.add("no difference " + where + " could have been shown" + n);
  }

  private static String alone(ArmResult arm, Quantity q) {
    return arm.arm()
        + " was run"
        + arm.value().map(v -> " (" + q.label() + " " + q.value(v.mean()) + ")").orElse("");
  }

  private static String undecided(List<ProblemVerdict> problems) {
    int unfinished = 0;
    int failed = 0;
    for (ProblemVerdict p : problems) {
      for (ArmResult arm : p.arms()) {
        unfinished += arm.counts().unfinished();
        failed += arm.counts().failed();
      }
    }
    List<String> parts = new ArrayList<>();
    if (unfinished > 0) {
      parts.add(unfinished + " unfinished");
    }
    if (failed > 0) {
      parts.add(failed + " failed");
    }
    return String.join(", ", parts);
  }

  /** A sentence starts with a capital, except where it starts with the name of an arm. */
  private static String capital(String sentence) {
    return sentence.startsWith("no ")
            || sentence.startsWith("on ")
            || sentence.startsWith("nothing ")
            || sentence.startsWith("only ")
            || sentence.startsWith("the ")
        ? Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1)
        : sentence;
  }
}
