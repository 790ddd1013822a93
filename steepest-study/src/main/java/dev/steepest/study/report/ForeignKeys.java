package dev.steepest.study.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The spellings that result files have for one thing; the first found wins. */
enum ForeignKeys {
  MODEL("model", "model_name", "arch", "architecture", "network"),
  OPTIMIZER("optimizer", "opt", "optim", "optimizer_name", "method"),
  SEED("seed", "random_seed", "rng_seed"),
  BEST_ACCURACY(
      "best_val_acc_%",
      "best_val_acc",
      "best_val_accuracy",
      "best_test_acc",
      "best_test_accuracy",
      "best_acc",
      "best_accuracy"),
  ACCURACY(
      "val_acc_%",
      "val_acc",
      "val_accuracy",
      "valid_acc",
      "validation_accuracy",
      "test_acc_%",
      "test_acc",
      "test_accuracy",
      "acc",
      "accuracy",
      "val_accs",
      "test_accs",
      "val_accuracies",
      "test_accuracies"),
  FINAL_TEST_ACCURACY("final_test_acc_%", "final_acc"),
  FINAL_TTA_ACCURACY("final_tta_acc_%"),
  WHOLE_SECONDS("whole_run_sec"),
  TRAIN_LOSS("train_loss", "training_loss", "loss", "train_losses", "loss_train"),
  EPOCH("epoch", "epochs", "ep"),
  EPOCH_SECONDS(
      "epoch_time_sec",
      "epoch_time",
      "epoch_times",
      "epoch_seconds",
      "time_per_epoch",
      "epoch_time_s"),
  SECONDS("cum_time_sec", "cum_time", "cumulative_time", "elapsed_time", "elapsed", "wall_time"),
  TOTAL_SECONDS("total_time_sec", "total_time", "total_seconds", "train_time_sec", "train_time");

  private static final Pattern TIME_TO =
      Pattern.compile("time_to_(\\d+(?:\\.\\d+)?)%?(?:_acc)?(?:_sec(?:onds)?|_s)?");

  private final List<String> spellings;

  ForeignKeys(String... spellings) {
    this.spellings = List.of(spellings);
  }

  /**
   * The value under the first spelling for which {@code source} has one. Names are given in lower
   * case.
   */
  <T> Optional<T> in(Function<String, T> source) {
    return spellings.stream().map(source).filter(value -> value != null).findFirst();
  }

  boolean is(String key) {
    return spellings.contains(key.toLowerCase(Locale.ROOT).strip());
  }

  static boolean known(String key) {
    return Arrays.stream(values()).anyMatch(one -> one.is(key)) || target(key).isPresent();
  }

  /** The target of a key such as {@code time_to_60%_sec}, a fraction. */
  static OptionalDouble target(String key) {
    Matcher m = TIME_TO.matcher(key.toLowerCase(Locale.ROOT).strip());
    return m.matches()
        ? OptionalDouble.of(Double.parseDouble(m.group(1)) / 100)
        : OptionalDouble.empty();
  }
}
