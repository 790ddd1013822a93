package dev.steepest.study.report;

import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.Metric;
import dev.steepest.study.record.RunRecord;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A run in the words of the published tables. Settings are found by their last name wherever they
 * stand, because a task is free to arrange its own; the shallowest wins.
 */
record RunFacts(RunRecord run) {
  /** Final values that an imported table states without a curve; see {@link ForeignResults}. */
  static final String BEST_ACCURACY = "best_" + Metric.VAL_ACCURACY;

  /** Training seconds of the whole run, without what {@link Metric#TOTAL_SECONDS} adds to them. */
  static final String TRAIN_SECONDS = "total_train_seconds";

  /** Between the parts of a problem's name. */
  static final String SEPARATOR = " · ";

  /** Side in pixels of the images of data sets that all know. */
  private static final Map<String, String> STORED =
      Map.of("mnist", "28", "fashion-mnist", "28", "cifar10", "32", "cifar100", "32");

  String model() {
    return setting("model", "model.name", "model_name")
        .orElse(run.spec().problem().split(SEPARATOR)[0].strip());
  }

  String optimizer() {
    return run.spec().arm();
  }

  /** The optimizer's name in the settings; an arm may be called otherwise. */
  Optional<String> optimizerName() {
    return setting("optimizer.name", "optimizer");
  }

  Optional<String> batchSize() {
    return setting("batch_size", "batch", "batchsize", "train_batch_size");
  }

  /** The weights that the network began from; empty of random ones. */
  Optional<String> pretrained() {
    return setting("model.pretrained", "pretrained")
        .filter(file -> !List.of("none", "false", "").contains(file));
  }

  /** "32x32"; empty where a run's images are as they were stored, and that is not known here. */
  Optional<String> imageSize() {
    Optional<String> size =
        setting("data.size", "image_size", "img_size").filter(text -> !text.equals("0"));
    return size.or(() -> setting("data.name", "dataset", "data").map(STORED::get))
        .map(side -> side + "x" + side);
  }

  Optional<String> weightDecay() {
    return setting("optimizer.weight_decay", "weight_decay", "wd");
  }

  Optional<String> momentum() {
    return setting("optimizer.momentum", "momentum");
  }

  Optional<String> learningRate() {
    return setting("optimizer.lr", "lr", "lr_used", "learning_rate", "optimizer.learning_rate");
  }

  Optional<String> amp() {
    return setting("amp", "autocast", "precision", "mixed_precision");
  }

  /** Highest validation accuracy, a fraction. */
  OptionalDouble bestAccuracy() {
    OptionalDouble best = finite(run.best(Metric.VAL_ACCURACY));
    return best.isPresent() ? best : result(BEST_ACCURACY);
  }

  /** Accuracy on the test images after the last step, of single views; a fraction. */
  OptionalDouble finalTestAccuracy() {
    return result(Metric.TEST_ACCURACY);
  }

  /** The same of logits averaged over views. */
  OptionalDouble finalTtaAccuracy() {
    return result(Metric.TTA_ACCURACY);
  }

  /** Seconds of the whole run with preparation and final evaluation, where they were measured. */
  OptionalDouble wholeSeconds() {
    return result(Metric.TOTAL_SECONDS);
  }

  /** Whether the run was timed as a whole and tested, as speed benchmarks are. */
  boolean isTimedAsAWhole() {
    return wholeSeconds().isPresent()
        && (finalTestAccuracy().isPresent() || finalTtaAccuracy().isPresent());
  }

  /** The accuracy that the run's curve is of: of validation images, where it kept any. */
  String accuracyCurve() {
    boolean validated =
        run.evaluations().stream().anyMatch(e -> e.value(Metric.VAL_ACCURACY).isPresent());
    boolean tested =
        run.evaluations().stream().anyMatch(e -> e.value(Metric.TEST_ACCURACY).isPresent());
    return tested && !validated ? Metric.TEST_ACCURACY : Metric.VAL_ACCURACY;
  }

  /** Training seconds through the last evaluation. */
  OptionalDouble totalSeconds() {
    OptionalDouble last =
        run.evaluations().stream()
            .mapToDouble(Evaluation::trainSeconds)
            .filter(Double::isFinite)
            .max();
    return last.isPresent() ? last : result(TRAIN_SECONDS);
  }

  /**
   * Seconds to an accuracy of the run's curve, a fraction; from the curve, else as an imported
   * table stated it.
   */
  OptionalDouble secondsTo(double target) {
    OptionalDouble measured = finite(run.secondsTo(accuracyCurve(), target));
    return measured.isPresent() ? measured : result(secondsToName(target));
  }

  static String secondsToName(double target) {
    return "seconds_to_" + Math.round(100 * target) + "%";
  }

  private OptionalDouble result(String name) {
    Double value = run.results().get(name);
    return value == null ? OptionalDouble.empty() : finite(OptionalDouble.of(value));
  }

  private static OptionalDouble finite(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble())
        ? value
        : OptionalDouble.empty();
  }

  private Optional<String> setting(String... names) {
    Map<String, String> leaves = new LinkedHashMap<>();
    collect("", run.spec().settings(), leaves);
    for (String name : names) {
      Optional<String> path =
          leaves.keySet().stream()
              .filter(leaf -> leaf.equals(name) || leaf.endsWith("." + name))
              .min(Comparator.comparingInt(RunFacts::depth).thenComparing(leaf -> leaf));
      if (path.isPresent()) {
        return path.map(leaves::get);
      }
    }
    return Optional.empty();
  }

  private static int depth(String path) {
    return List.of(path.split("\\.")).size();
  }

  private static void collect(String prefix, Settings settings, Map<String, String> leaves) {
    settings
        .tree()
        .forEach((key, value) -> {
          if (value instanceof Map<?, ?>) {
            collect(prefix + key + ".", settings.section(key), leaves);
          } else {
            leaves.put(prefix + key, value.toString());
          }
        });
  }
}
