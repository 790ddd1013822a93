package dev.steepest.study.report;

import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A run on tokens in the words of the published logs.
 *
 * @param steps its logged steps, in order; empty of a run that others made
 */
record LanguageRun(RunRecord run, List<Evaluation> steps) {

  static LanguageRun of(RunRecord run) {
    return new LanguageRun(run, RecordStore.steps(run.folder()));
  }

  /** What its curve is of: {@code val} for held-out text, {@code test} where none was held out. */
  String set() {
    boolean validated = run.evaluations().stream().anyMatch(e -> has(e, Metric.VAL_LOSS));
    boolean tested = run.evaluations().stream().anyMatch(e -> has(e, Metric.TEST_LOSS));
    return tested && !validated ? "test" : "val";
  }

  /** The evaluations on its curve. */
  List<Evaluation> looks() {
    return run.evaluations().stream().filter(e -> has(e, set() + "_loss")).toList();
  }

  private static boolean has(Evaluation e, String metric) {
    return e.value(metric).isPresent();
  }

  OptionalDouble loss(Evaluation look) {
    return look.value(set() + "_loss");
  }

  OptionalDouble accuracy(Evaluation look) {
    return look.value(set() + "_accuracy");
  }

  /** As recorded, else e to the loss, which it is by definition. */
  OptionalDouble perplexity(Evaluation look) {
    OptionalDouble recorded = look.value(set() + "_perplexity");
    OptionalDouble loss = loss(look);
    return recorded.isPresent() || loss.isEmpty()
        ? recorded
        : OptionalDouble.of(Math.exp(loss.getAsDouble()));
  }

  /** The learning rate of the last logged step up to {@code look}, of the first one before it. */
  OptionalDouble learningRate(Evaluation look) {
    Optional<Evaluation> last =
        steps.stream().filter(s -> s.step() <= look.step()).reduce((_, later) -> later);
    return last.or(() -> steps.stream().findFirst())
        .map(s -> s.value(Metric.LEARNING_RATE))
        .orElse(OptionalDouble.empty());
  }

  /**
   * The least loss on the way; empty where the curve is of the test text: nothing is best there.
   */
  OptionalDouble bestLoss() {
    return set().equals("test")
        ? OptionalDouble.empty()
        : looks().stream().flatMapToDouble(e -> loss(e).stream()).filter(Double::isFinite).min();
  }

  OptionalDouble finalLoss() {
    return looks().isEmpty() ? run.last(Metric.TEST_LOSS) : loss(looks().getLast());
  }

  OptionalDouble finalAccuracy() {
    return looks().isEmpty() ? run.last(Metric.TEST_ACCURACY) : accuracy(looks().getLast());
  }

  OptionalDouble finalPerplexity() {
    return looks().isEmpty() ? run.last(Metric.TEST_PERPLEXITY) : perplexity(looks().getLast());
  }

  /** The loss of the last logged step, else the mean up to the last evaluation. */
  OptionalDouble finalTrainLoss() {
    OptionalDouble step =
        steps.isEmpty() ? OptionalDouble.empty() : steps.getLast().value(Metric.LOSS);
    return step.isPresent() ? step : run.last(Metric.TRAIN_LOSS);
  }

  OptionalDouble seconds() {
    return new RunFacts(run).totalSeconds();
  }

  /** Optimizer steps made. */
  long made() {
    return run.evaluations().isEmpty() ? 0 : run.evaluations().getLast().step();
  }

  /** Optimizer steps planned; those made where the settings do not say. */
  long planned() {
    return setting("training.steps").map(Long::valueOf).orElse(made());
  }

  /** A value of the settings as text. */
  Optional<String> setting(String path) {
    Settings settings = run.spec().settings();
    Object value = settings.values().get(path);
    return Optional.ofNullable(value).map(String::valueOf);
  }

  /** The published names of two kinds of optimizer, the rule's own name of any other. */
  String optimizerType() {
    String name = setting("optimizer.name").orElse(run.spec().arm());
    return switch (name) {
      case "adam", "adamw" -> "adam";
      case "muon" -> "muon_hybrid";
      default -> name;
    };
  }
}
