package dev.steepest.study.track;

import dev.steepest.study.record.Metric;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What values are called in the programs that show them. */
final class Names {
  private static final Pattern OF_A_SET =
      Pattern.compile("(train|val|test|tta)_(loss|accuracy|perplexity)");

  private static final Map<String, String> CHARTS =
      Map.of("loss", "Loss", "accuracy", "Acc", "perplexity", "Perplexity");

  /** Of single steps. */
  private static final Map<String, String> SHORT = Map.of(Metric.LEARNING_RATE, "lr");

  private Names() {}

  /**
   * A TensorBoard tag: {@code Loss/train}, {@code Acc/val} and the like, so that one chart group
   * holds all losses; {@code Loss/step} of a single step; others by their own names.
   */
  static String tag(String metric) {
    Matcher set = OF_A_SET.matcher(metric);
    if (set.matches()) {
      return CHARTS.get(set.group(2)) + "/" + set.group(1);
    }
    return metric.equals(Metric.LOSS) ? "Loss/step" : SHORT.getOrDefault(metric, metric);
  }

  /** A key in W&B: {@code train_acc}, {@code val_acc} for accuracies, others by their own names. */
  static String key(String metric) {
    Matcher set = OF_A_SET.matcher(metric);
    boolean accuracy = set.matches() && set.group(2).equals("accuracy");
    return accuracy ? set.group(1) + "_acc" : SHORT.getOrDefault(metric, metric);
  }
}
