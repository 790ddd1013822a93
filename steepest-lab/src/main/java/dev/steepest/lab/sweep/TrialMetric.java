package dev.steepest.lab.sweep;

import dev.steepest.lab.train.EvaluationReport;
import dev.steepest.study.file.Problems;
import dev.steepest.study.file.ProblemsException;
import dev.steepest.study.record.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a sweep makes better or worse, measured at every look at a run; never on the test set, which
 * would spoil it for the final measurement.
 *
 * @param name as {@link Metric} has it
 */
public record TrialMetric(String name) {
  private static final List<String> KNOWN =
      List.of(
          Metric.VAL_ACCURACY,
          Metric.VAL_LOSS,
          Metric.VAL_PERPLEXITY,
          Metric.TRAIN_LOSS,
          Metric.TRAIN_ACCURACY);

  /** How others write them. */
  private static final Map<String, String> ALSO =
      Map.ofEntries(
          Map.entry("val_acc", Metric.VAL_ACCURACY),
          Map.entry("validation_accuracy", Metric.VAL_ACCURACY),
          Map.entry("validation_acc", Metric.VAL_ACCURACY),
          Map.entry("valid_acc", Metric.VAL_ACCURACY),
          Map.entry("acc/val", Metric.VAL_ACCURACY),
          Map.entry("val/acc", Metric.VAL_ACCURACY),
          Map.entry("val/accuracy", Metric.VAL_ACCURACY),
          Map.entry("best_val_acc", Metric.VAL_ACCURACY),
          Map.entry("accuracy", Metric.VAL_ACCURACY),
          Map.entry("validation_loss", Metric.VAL_LOSS),
          Map.entry("valid_loss", Metric.VAL_LOSS),
          Map.entry("loss/val", Metric.VAL_LOSS),
          Map.entry("val/loss", Metric.VAL_LOSS),
          Map.entry("train_acc", Metric.TRAIN_ACCURACY),
          Map.entry("acc/train", Metric.TRAIN_ACCURACY),
          Map.entry("loss/train", Metric.TRAIN_LOSS),
          Map.entry("loss", Metric.TRAIN_LOSS));

  /**
   * The metric of a name in a sweep file; that of a file without one is the validation loss.
   *
   * @param where it stands
   * @throws ProblemsException where there is none such, or it is measured on the test set
   */
  public static TrialMetric named(String given, String where) {
    String plain = given.isEmpty() ? Metric.VAL_LOSS : given.toLowerCase(Locale.ROOT);
    String name = ALSO.getOrDefault(plain, plain);
    if (KNOWN.contains(name)) {
      return new TrialMetric(name);
    }
    String problem =
        plain.contains("test")
            ? "metric.name = '%s' is measured on the test set, which may be looked at only once, for the configuration that is chosen; choose by %s"
                .formatted(given, Metric.VAL_ACCURACY)
            : "metric.name: " + Problems.unknown("metric", given, KNOWN);
    throw new ProblemsException("The sweep has problems:", List.of(where + ": " + problem));
  }

  /** Whether it is measured on validation images. */
  public boolean ofValidation() {
    return name.startsWith("val_");
  }

  /** Its value at a look; empty where the run does not measure it. */
  OptionalDouble of(EvaluationReport look) {
    return switch (name) {
      case Metric.TRAIN_LOSS -> measured(look.trainLoss());
      case Metric.TRAIN_ACCURACY -> measured(look.trainAccuracy());
      default -> {
        EvaluationReport.Score score = look.sets().get("val");
        yield score == null ? OptionalDouble.empty() : OptionalDouble.of(of(score));
      }
    };
  }

  private double of(EvaluationReport.Score score) {
    return switch (name) {
      case Metric.VAL_ACCURACY -> score.accuracy();
      case Metric.VAL_PERPLEXITY -> Math.exp(score.loss());
      default -> score.loss();
    };
  }

  private static OptionalDouble measured(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
