package dev.steepest.study.report;

import dev.steepest.study.compare.ArmResult;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.ProblemVerdict;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.stats.Interval;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The arms of one problem by their learning rate: a row for what is alike in all but the learning
 * rate, a column for each rate that any of them was run with.
 *
 * @param rates rising
 * @param rows in the order of their arms
 */
record LearningRates(ProblemVerdict problem, List<Double> rates, List<Row> rows) {
  private static final String RATE = "optimizer.lr";

  /**
   * Arms that differ in their learning rate alone.
   *
   * @param arms by rate, rising
   */
  record Row(String label, SequencedMap<Double, ArmResult> arms) {

    /** The rate whose mean is best; empty where no run has a value. */
    OptionalDouble best(Quantity metric) {
      return arms.entrySet().stream()
          .filter(arm -> arm.getValue().value().isPresent())
          .max(
              Comparator.comparingDouble(
                  arm -> metric.sign() * arm.getValue().value().orElseThrow().mean()))
          .map(arm -> OptionalDouble.of(arm.getKey()))
          .orElse(OptionalDouble.empty());
    }

    /** The arm with the best mean. */
    Optional<ArmResult> bestArm(Quantity metric) {
      OptionalDouble rate = best(metric);
      return rate.isPresent() ? Optional.of(arms.get(rate.getAsDouble())) : Optional.empty();
    }

    /** Whether the best rate is the smallest or largest of several. */
    boolean bestAtEnd(Quantity metric) {
      OptionalDouble best = best(metric);
      return arms.size() > 1
          && best.isPresent()
          && (best.getAsDouble() == arms.firstEntry().getKey()
              || best.getAsDouble() == arms.lastEntry().getKey());
    }
  }

  /** Empty where no optimizer was run with several learning rates. */
  static Optional<LearningRates> of(ProblemVerdict problem) {
    List<ArmResult> arms =
        problem.arms().stream()
            .filter(arm -> !arm.runs().isEmpty() && rate(arm).isPresent())
            .toList();
    // rates of other groups may follow the first; where they do not, they tell rows apart
    List<Row> rows = rows(arms, path -> path.equals("lr") || path.endsWith(".lr"));
    if (rows.stream().mapToInt(row -> row.arms().size()).sum() < arms.size()) {
      rows = rows(arms, RATE::equals);
    }
    List<Double> rates =
        rows.stream().flatMap(row -> row.arms().keySet().stream()).distinct().sorted().toList();
    boolean several = rows.stream().anyMatch(row -> row.arms().size() > 1);
    return several ? Optional.of(new LearningRates(problem, rates, rows)) : Optional.empty();
  }

  private static List<Row> rows(List<ArmResult> arms, Predicate<String> isRate) {
    Map<Map<String, Object>, List<ArmResult>> alike = new LinkedHashMap<>();
    for (ArmResult arm : arms) {
      Map<String, Object> rest = new LinkedHashMap<>(spec(arm).settings().values());
      rest.keySet().removeIf(isRate);
      alike.computeIfAbsent(rest, _ -> new ArrayList<>()).add(arm);
    }
    List<String> labels = alike.values().stream().map(LearningRates::label).toList();
    List<Row> rows = new ArrayList<>();
    for (List<ArmResult> row : alike.values()) {
      String label = labels.get(rows.size());
      boolean alone = labels.stream().filter(label::equals).count() == 1;
      SequencedMap<Double, ArmResult> byRate = new LinkedHashMap<>();
      row.stream()
          .sorted(Comparator.comparingDouble(arm -> rate(arm).getAsDouble()))
          .forEach(arm -> byRate.putIfAbsent(rate(arm).getAsDouble(), arm));
      rows.add(new Row(alone ? label : names(row), byRate));
    }
    return rows;
  }

  /** What the names of a row's arms share beside the rate; its optimizer where they share none. */
  private static String label(List<ArmResult> row) {
    List<String> rests =
        row.stream()
            .map(arm -> arm.arm().replaceAll("(^| )[\\w.]*\\blr=\\S+", "").strip())
            .distinct()
            .toList();
    if (rests.size() == 1 && !rests.getFirst().isEmpty()) {
      return rests.getFirst();
    }
    return new RunFacts(row.getFirst().runs().getFirst()).optimizerName().orElse(names(row));
  }

  private static String names(List<ArmResult> row) {
    return row.stream().map(ArmResult::arm).collect(Collectors.joining(", "));
  }

  private static RunSpec spec(ArmResult arm) {
    return arm.runs().getFirst().spec();
  }

  private static OptionalDouble rate(ArmResult arm) {
    Object rate = spec(arm).settings().values().get(RATE);
    return rate instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  /** A colour for each row. */
  Palette palette() {
    return new Palette(rows.stream().map(Row::label).toList());
  }

  /** Where each row is best, and whether a better rate may lie beyond those that were tried. */
  List<String> sentences(Quantity metric) {
    List<String> sentences = new ArrayList<>();
    for (Row row : rows) {
      Optional<Summary> best = row.bestArm(metric).flatMap(ArmResult::value);
      if (best.isEmpty()) {
        sentences.add("%s has no finished run with a value.".formatted(row.label()));
        continue;
      }
      double rate = row.best(metric).getAsDouble();
      boolean smallest = rate == row.arms().firstEntry().getKey();
      sentences.add(
          "%s is best at lr %s: %s %s%s."
              .formatted(
                  row.label(),
                  Numbers.shortest(rate),
                  metric.label(),
                  told(metric, best.get()),
                  row.bestAtEnd(metric)
                      ? ", the %s rate that was tried, so that a better one may lie beyond"
                          .formatted(smallest ? "smallest" : "largest")
                      : ""));
    }
    return sentences;
  }

  /** "96.00 % (95.10 to 96.90)". */
  static String told(Quantity metric, Summary s) {
    return metric.value(s.mean()) + s.interval().map(i -> " (" + ends(metric, i) + ")").orElse("");
  }

  private static String ends(Quantity metric, Interval i) {
    return metric.number(i.low()) + " to " + metric.number(i.high());
  }

  /** What is to be said of any choice among several by the numbers that it is shown with. */
  static final String CHOSEN =
      "The best rate is chosen by the numbers that it is shown with: on fresh seeds expect a little"
          + " less of it.";

  /**
   * How many runs of an arm have no value because they diverged or did not end: "1 of 3 diverged".
   */
  static String lost(ArmResult arm) {
    int runs = arm.runs().size();
    List<String> said = new ArrayList<>();
    if (arm.counts().diverged() > 0) {
      said.add("%d of %d diverged".formatted(arm.counts().diverged(), runs));
    }
    int open = arm.counts().failed() + arm.counts().unfinished();
    if (open > 0) {
      said.add("%d of %d not done".formatted(open, runs));
    }
    return String.join(", ", said);
  }
}
