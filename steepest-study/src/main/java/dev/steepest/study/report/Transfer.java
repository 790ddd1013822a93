package dev.steepest.study.report;

import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import dev.steepest.study.stats.PairedT;
import dev.steepest.study.stats.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Networks that began from trained weights beside networks that began from random ones: what a
 * report says of studies whose arms differ in {@code model.pretrained}.
 *
 * @param strategies from scratch first, in the order of their records
 * @param level of the intervals
 */
record Transfer(List<Strategy> strategies, double level) {
  /** Best validation accuracy at any look. */
  static final Quantity BEST = Quantity.of(RunFacts.BEST_ACCURACY);

  /** Accuracy after the last step, on the test set. */
  static final Quantity TEST = Quantity.of(Metric.TEST_ACCURACY);

  /**
   * One arm on one problem.
   *
   * @param pretrained whether it began from trained weights
   * @param label unlike that of any other strategy
   * @param runs all of them
   */
  record Strategy(boolean pretrained, String label, List<RunRecord> runs) {

    /** In the words of the published table. */
    String kind() {
      return pretrained ? "Pretraining" : "No Pretraining";
    }

    List<RunRecord> finished() {
      return runs.stream().filter(RunRecord::finished).toList();
    }

    RunFacts facts() {
      return new RunFacts(runs.getFirst());
    }

    /** The best validation accuracy that each finished run reached. */
    Optional<Summary> best(double level) {
      return summary(RunFacts::bestAccuracy, level);
    }

    /** Test accuracy after the last step. */
    Optional<Summary> test(double level) {
      return summary(RunFacts::finalTestAccuracy, level);
    }

    private Optional<Summary> summary(Function<RunFacts, OptionalDouble> value, double level) {
      double[] values =
          finished().stream()
              .map(run -> value.apply(new RunFacts(run)))
              .flatMapToDouble(OptionalDouble::stream)
              .toArray();
      return values.length == 0 ? Optional.empty() : Optional.of(Summary.of(values, level));
    }

    /** Passes over the data that were made: "15", or "12–15" where runs ended at different ones. */
    String epochs() {
      double[] epochs =
          runs.stream()
              .filter(run -> !run.evaluations().isEmpty())
              .mapToDouble(run -> run.evaluations().getLast().epoch())
              .filter(Double::isFinite)
              .sorted()
              .toArray();
      if (epochs.length == 0) {
        return Sections.ABSENT;
      }
      String least = Numbers.shortest(epochs[0]);
      String most = Numbers.shortest(epochs[epochs.length - 1]);
      return least.equals(most) ? least : least + "–" + most;
    }
  }

  /** Empty where not both kinds of arms are there. */
  static Optional<Transfer> of(List<RunRecord> records, double level) {
    Map<List<String>, List<RunRecord>> arms = new LinkedHashMap<>();
    for (RunRecord run : records) {
      arms.computeIfAbsent(List.of(run.spec().problem(), run.spec().arm()), _ -> new ArrayList<>())
          .add(run);
    }
    List<List<RunRecord>> scratch =
        arms.values().stream().filter(runs -> !pretrained(runs)).toList();
    List<List<RunRecord>> begun = arms.values().stream().filter(Transfer::pretrained).toList();
    return scratch.isEmpty() || begun.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Transfer(
                Stream.concat(
                        strategies("from scratch", false, scratch),
                        strategies("pretrained", true, begun))
                    .toList(),
                level));
  }

  private static boolean pretrained(List<RunRecord> runs) {
    return new RunFacts(runs.getFirst()).pretrained().isPresent();
  }

  /** Where there are several of a kind, each is named by its problem and arm too. */
  private static Stream<Strategy> strategies(
      String kind, boolean pretrained, List<List<RunRecord>> arms) {
    return arms.stream()
        .map(runs -> {
          String own =
              ": " + runs.getFirst().spec().problem() + ", " + runs.getFirst().spec().arm();
          return new Strategy(pretrained, arms.size() == 1 ? kind : kind + own, runs);
        });
  }

  List<String> labels() {
    return strategies.stream().map(Strategy::label).toList();
  }

  /** Strategy, model, image size, epochs, best accuracy and what the test set says. */
  static final List<String> HEADER =
      List.of(
          "Strategy", "Model", "Image Size", "Epochs", "Best Accuracy", "Test Accuracy", "Seeds");

  /** The cells of the table, a row per strategy. */
  List<List<String>> rows() {
    return strategies.stream()
        .map(s ->
            List.of(
                s.kind(),
                s.facts().model(),
                s.facts().imageSize().orElse("as stored"),
                s.epochs(),
                s.best(level).map(v -> told(BEST, v)).orElse(Sections.ABSENT),
                s.test(level).map(v -> told(TEST, v)).orElse(Sections.ABSENT),
                "" + s.finished().size()))
        .toList();
  }

  /** "81.20 % (80.10 to 82.30)". */
  static String told(Quantity metric, Summary s) {
    return metric.value(s.mean())
        + s.interval()
            .map(i -> " (" + metric.number(i.low()) + " to " + metric.number(i.high()) + ")")
            .orElse("");
  }

  /**
   * What pretraining gains, where there is one arm of each kind: of test accuracy where that was
   * measured, paired by seed.
   */
  Optional<String> gain() {
    if (strategies.size() != 2) {
      return Optional.empty();
    }
    Strategy scratch = strategies.getFirst();
    Strategy begun = strategies.getLast();
    boolean tested = scratch.test(level).isPresent() && begun.test(level).isPresent();
    Function<RunFacts, OptionalDouble> value =
        tested ? RunFacts::finalTestAccuracy : RunFacts::bestAccuracy;
    Map<Long, Double> first = bySeed(begun, value);
    Map<Long, Double> second = bySeed(scratch, value);
    List<Long> seeds = first.keySet().stream().filter(second::containsKey).sorted().toList();
    if (seeds.size() < 2) {
      return Optional.empty();
    }
    PairedT t =
        PairedT.of(
            seeds.stream().mapToDouble(first::get).toArray(),
            seeds.stream().mapToDouble(second::get).toArray(),
            level);
    Quantity metric = tested ? TEST : BEST;
    return Optional.of(
        "%s %s points of %s (%s %s to %s, n = %d pairs of one seed)."
            .formatted(
                t.difference() < 0 ? "Pretraining loses" : "Pretraining gains",
                metric.number(Math.abs(t.difference())),
                metric.label(),
                Numbers.level(t.interval()),
                metric.signed(t.interval().low()),
                metric.signed(t.interval().high()),
                t.n()));
  }

  private static Map<Long, Double> bySeed(
      Strategy strategy, Function<RunFacts, OptionalDouble> value) {
    Map<Long, Double> values = new LinkedHashMap<>();
    for (RunRecord run : strategy.finished()) {
      value.apply(new RunFacts(run)).ifPresent(accuracy -> values.put(run.spec().seed(), accuracy));
    }
    return values;
  }

  /** PNG figures by name: accuracy and loss of each strategy over epochs. */
  Map<String, byte[]> plots() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    plot(Metric.VAL_ACCURACY, Metric.TEST_ACCURACY)
        .ifPresent(png -> files.put("accuracy_comparison.png", png));
    plot(Metric.VAL_LOSS, Metric.TRAIN_LOSS)
        .ifPresent(png -> files.put("loss_comparison.png", png));
    return files;
  }

  /** Of the first metric, or of the second where no run has the first. */
  private Optional<byte[]> plot(String metric, String otherwise) {
    boolean measured =
        strategies.stream()
            .flatMap(strategy -> strategy.runs().stream())
            .anyMatch(run -> run.best(metric).isPresent());
    Quantity quantity = Quantity.of(measured ? metric : otherwise);
    List<CurvePanel.Line> lines = new ArrayList<>();
    for (Strategy strategy : strategies) {
      Curve.of(strategy.finished(), Axis.EPOCHS, quantity.metric(), level)
          .ifPresent(curve -> lines.add(new CurvePanel.Line(strategy.label(), curve)));
    }
    String title =
        quantity.label().substring(0, 1).toUpperCase(Locale.ROOT)
            + quantity.label().substring(1)
            + ", pretrained and from scratch";
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(
            CurvePanel.png(
                List.of(new CurvePanel(title, quantity, Axis.EPOCHS, lines)),
                new Palette(labels()),
                CurvePanel.Style.PLAIN));
  }
}
