package dev.steepest.study.compare;

import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.PairedT;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The same comparisons of arms in two studies that treat all arms otherwise, e.g. with and without
 * an error: what each study says, and what the treatment does to the difference.
 *
 * <p>Both studies are decided by the rule of the first. A difference of differences is taken seed
 * by seed, over the seeds on which both arms have a value in both studies: where run k of the two
 * studies shares weights and data, what they share cancels once more.
 *
 * @param rows one per comparison that both studies have
 * @param missing comparisons that only one of them has, one sentence each
 */
public record SideBySide(
    Study left, Study right, DecisionRule rule, List<Row> rows, List<String> missing) {

  /** A study's name and what it says by itself. */
  public record Study(String name, Verdict verdict) {}

  /** What the second study makes of what the first one says. */
  public enum Reading {
    /** Both claim the same. */
    CONFIRMED("both say so"),
    /** Both claim, and the opposite. */
    REVERSED("the claim is reversed"),
    /** The first claims, the second shows nothing. */
    LOST("the claim is lost"),
    /** The first shows nothing, the second claims. */
    GAINED("only the second shows it"),
    /** Neither claims, and the observed differences point opposite ways. */
    TURNED("shown by neither; the sign turns"),
    /** Neither claims, and the observed differences point the same way. */
    OPEN("shown by neither"),
    /** One of them has no difference. */
    UNKNOWN("cannot be said");

    private final String words;

    Reading(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /**
   * One comparison in both studies.
   *
   * @param moved the difference in the second study minus that in the first, by seed; empty below
   *     two shared seeds
   */
  public record Row(
      String problem,
      ArmComparison left,
      ArmComparison right,
      Optional<PairedT> moved,
      Reading reading) {}

  public SideBySide {
    rows = List.copyOf(rows);
    missing = List.copyOf(missing);
  }

  /**
   * Compares as {@code rule} says in both studies.
   *
   * @param leftName how the first study is called
   * @param left its records
   */
  public static SideBySide of(
      String leftName,
      List<RunRecord> left,
      String rightName,
      List<RunRecord> right,
      DecisionRule rule) {
    Study one = new Study(leftName, Comparison.of(left, rule));
    Study other = new Study(rightName, Comparison.of(right, rule));
    Map<List<String>, Found> here = comparisons(one.verdict);
    Map<List<String>, Found> there = comparisons(other.verdict);
    Quantity metric = Quantity.of(rule.metric(), rule.goal());
    List<Row> rows = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    here.forEach((key, found) -> {
      Found match = there.get(key);
      if (match == null) {
        missing.add(absent(key, rightName));
      } else {
        rows.add(row(found, match, metric, rule));
      }
    });
    there.keySet().stream()
        .filter(key -> !here.containsKey(key))
        .forEach(key -> missing.add(absent(key, leftName)));
    return new SideBySide(one, other, rule, rows, missing);
  }

  private record Found(ProblemVerdict problem, ArmComparison comparison) {}

  private static Map<List<String>, Found> comparisons(Verdict verdict) {
    Map<List<String>, Found> comparisons = new LinkedHashMap<>();
    for (ProblemVerdict problem : verdict.problems()) {
      for (ArmComparison c : problem.comparisons()) {
        comparisons.put(List.of(problem.problem(), c.first(), c.second()), new Found(problem, c));
      }
    }
    return comparisons;
  }

  private static String absent(List<String> key, String study) {
    return "%s has no comparison of %s with %s on %s."
        .formatted(study, key.get(1), key.get(2), key.get(0));
  }

  private static Row row(Found left, Found right, Quantity metric, DecisionRule rule) {
    ArmComparison a = left.comparison;
    ArmComparison b = right.comparison;
    List<Long> seeds = a.seeds().stream().filter(b.seeds()::contains).toList();
    Optional<PairedT> moved =
        seeds.size() < 2
            ? Optional.empty()
            : Optional.of(
                PairedT.of(
                    differences(right, seeds, metric),
                    differences(left, seeds, metric),
                    1 - rule.alpha()));
    return new Row(left.problem.problem(), a, b, moved, reading(a, b));
  }

  private static double[] differences(Found found, List<Long> seeds, Quantity metric) {
    return seeds.stream()
        .mapToDouble(seed ->
            value(found, found.comparison.first(), seed, metric)
                - value(found, found.comparison.second(), seed, metric))
        .toArray();
  }

  private static double value(Found found, String arm, long seed, Quantity metric) {
    return found.problem.arms().stream()
        .filter(result -> result.arm().equals(arm))
        .flatMap(result -> result.runs().stream())
        .filter(run -> run.spec().seed() == seed)
        .findFirst()
        .map(metric::atEnd)
        .orElseThrow()
        .getAsDouble();
  }

  private static Reading reading(ArmComparison a, ArmComparison b) {
    if (a.difference().isEmpty() || b.difference().isEmpty()) {
      return Reading.UNKNOWN;
    }
    boolean here = claims(a);
    boolean there = claims(b);
    if (here && there) {
      return a.claim() == b.claim() ? Reading.CONFIRMED : Reading.REVERSED;
    }
    if (here || there) {
      return here ? Reading.LOST : Reading.GAINED;
    }
    boolean turned = sign(a.difference()) * sign(b.difference()) < 0;
    return turned ? Reading.TURNED : Reading.OPEN;
  }

  private static double sign(OptionalDouble difference) {
    return Math.signum(difference.getAsDouble());
  }

  private static boolean claims(ArmComparison c) {
    return c.claim() == Claim.FIRST_BETTER || c.claim() == Claim.SECOND_BETTER;
  }

  /** How many comparisons change, in one sentence. */
  public String headline() {
    long changed =
        rows.stream()
            .map(Row::reading)
            .filter(r ->
                r == Reading.REVERSED
                    || r == Reading.LOST
                    || r == Reading.GAINED
                    || r == Reading.TURNED)
            .count();
    return rows.isEmpty()
        ? "%s and %s have no comparison in common.".formatted(left.name, right.name)
        : "Of %s, %d read%s otherwise in %s than in %s."
            .formatted(
                Numbers.count(rows.size(), "comparison"),
                changed,
                changed == 1 ? "s" : "",
                right.name,
                left.name);
  }
}
