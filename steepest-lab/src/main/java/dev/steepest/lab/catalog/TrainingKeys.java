package dev.steepest.lab.catalog;

import dev.steepest.lab.task.BatchSchedule;
import dev.steepest.lab.task.FrozenUntil;
import dev.steepest.optim.BatchSizes;
import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;

/** The keys of sections that have nothing to choose but values. */
final class TrainingKeys {
  static final String EPOCHS = "epochs";
  static final String STEPS = "steps";
  static final String EVERY = "every";
  static final String EVERY_STEPS = "every_steps";
  static final String TEST = "test";
  static final String CUTMIX = "cutmix";
  static final String FROZEN_UNTIL = "frozen_until";
  static final String BATCH = "batch";
  static final String BATCH_SCHEDULE = "batch_schedule";
  static final String BATCH_LR = "batch_lr";
  static final String SAVE = "save";
  static final String EARLY_STOPPING = "early_stopping";
  static final String METRIC = "metric";

  private static final long MOST = 1_000_000;
  static final long USUAL_BATCH = 128;
  private static final List<String> PRECISIONS = List.of("fp32", "bf16", "fp16");

  private TrainingKeys() {}

  static List<Key> augmentation() {
    return List.of(
        Key.word("policy", "none", List.of("none", "trivial_augment_wide"), "automatic policy"),
        Key.whole(
            "crop", 0, 0, 64, "pixels added around an image before cropping back; 0 = no crop"),
        Key.word("crop_mode", "zeros", List.of("zeros", "reflect"), "what the added pixels hold"),
        Key.word("flip", "none", List.of("none", "random", "alternating"), "horizontal mirror"),
        Key.number(
            "erase", 0, "[0, 1]", v -> v >= 0 && v <= 1, "chance that a rectangle is erased"),
        Key.number(
            "mixup",
            0,
            "at least 0",
            v -> v >= 0 && v < 1e6,
            "α of mixup: each batch is blended with itself in another order; 0 = none"),
        inherited(
            CUTMIX,
            "at least 0",
            v -> v >= 0 && v < 1e6,
            "α of CutMix: a rectangle of each image is another's; 0 = none; with mixup a coin chooses"));
  }

  static List<Key> training() {
    return List.of(
        inherited(
            EPOCHS,
            "above 0, up to 1000000",
            v -> v > 0 && v <= 1e6,
            "passes over the training data; the last may be a part of one; 10 if neither is given"),
        inheritedWhole(STEPS, "optimizer steps, in place of epochs"),
        Key.whole(
            BATCH, USUAL_BATCH, 1, 1_000_000, "images, or sequences of text, per optimizer step"),
        inheritedWord(
            BATCH_SCHEDULE,
            List.of(),
            "images per step from some epochs on, e.g. \"0:64 30:128\"; batch is then the first size"),
        inheritedWord(
            BATCH_LR,
            BatchSchedule.rules(),
            "how the learning rate follows that size: keep (if not given), linear or sqrt"),
        Key.whole("accumulation", 1, 1, 65_536, "parts that a batch is split into to save memory"),
        Key.word(
            "last_batch", "keep", List.of("keep", "drop"), "what becomes of a last partial batch"),
        Key.word("precision", "bf16", PRECISIONS, "of the forward pass, by autocast"),
        Key.word(
            "memory_format",
            "channels_last",
            List.of("channels_last", "contiguous"),
            "of images and filters"),
        Key.number(
            "clip_norm",
            0,
            "at least 0",
            v -> v >= 0 && v < Double.POSITIVE_INFINITY,
            "global gradient norm; 0 = no clipping"),
        Key.word(
            "loss_reduction",
            "mean",
            List.of("mean", "sum"),
            "of a batch's losses; gradients of a sum grow with the batch"),
        Key.number(
            "label_smoothing",
            0,
            "[0, 1)",
            v -> v >= 0 && v < 1,
            "share of the target spread over all classes"),
        inherited(
            "label_smoothing_end",
            "[0, 1)",
            v -> v >= 0 && v < 1,
            "what that share becomes, linearly over the run; if not given, it stays"),
        Key.word(
            "freeze",
            "",
            List.of(),
            "parameters whose names begin so are not trained to the end; empty = none"),
        Key.number(
            "freeze_after",
            0,
            "at least 0",
            v -> v >= 0 && v <= 1e6,
            "epochs until they are frozen"),
        inheritedWord(
            FROZEN_UNTIL,
            List.of(),
            "what is not trained before an epoch, e.g. \"layer1:5 conv1:5\" or \"all-but-head:3\"; if not given, nothing"),
        Key.whole(
            "untimed_steps",
            0,
            0,
            1_000,
            "steps with drawn labels on a copy, before the first run of a kind, outside all clocks"),
        inheritedWord(
            SAVE,
            List.of("none", "last", "best"),
            "weights kept as weights.safetensors; if not given, best with early_stopping, else none"),
        Key.whole("log_every", 10, 1, 1_000_000, "optimizer steps between rows of steps.csv"));
  }

  static List<Term> trainingParts() {
    return List.of(
        new Term(
            EARLY_STOPPING,
            "ends a run that no longer improves, with its best weights, if given",
            List.of(
                Key.word(
                    METRIC,
                    "val_loss",
                    List.of("val_loss", "val_accuracy"),
                    "what shall improve from look to look"),
                Key.whole(
                    "patience", 10, 1, MOST, "looks in a row without improvement that end the run"),
                Key.number(
                    "min_delta",
                    0,
                    "at least 0",
                    v -> v >= 0 && v < Double.POSITIVE_INFINITY,
                    "by how much it must be better than the best before")),
            List.of(),
            Term.Presence.IF_GIVEN));
  }

  /**
   * The settings of the section with what follows from others.
   *
   * @throws IllegalArgumentException where they contradict each other, or a text cannot be read
   */
  static Map<String, Object> complete(Map<String, Object> given) {
    if (given.get(FROZEN_UNTIL) instanceof String text) {
      FrozenUntil.read(text);
    }
    Map<String, Object> settings = withoutTheUsual(given, usualTraining(given));
    return oneOf(Catalog.TRAINING, EPOCHS, 10.0, STEPS, withBatches(settings));
  }

  /** What is so where nothing is said. */
  private static Map<String, Object> usualTraining(Map<String, Object> given) {
    return Map.of(SAVE, given.containsKey(EARLY_STOPPING) ? "best" : "none", BATCH_LR, "keep");
  }

  /**
   * The settings with the batch sizes in their one way of writing.
   *
   * @throws IllegalArgumentException where the schedule cannot be read, or another first size is
   *     given beside it
   */
  private static Map<String, Object> withBatches(Map<String, Object> given) {
    if (!(given.get(BATCH_SCHEDULE) instanceof String text)) {
      return given;
    }
    Map<String, Object> settings = new TreeMap<>(given);
    long batch = (Long) given.get(BATCH);
    BatchSizes sizes = BatchSchedule.read(text, batch);
    if (batch != sizes.at(0) && batch != USUAL_BATCH) {
      throw new IllegalArgumentException(
          "training.batch = %d, but training.batch_schedule = '%s' begins with %d; leave one of them out"
              .formatted(batch, text, sizes.at(0)));
    }
    settings.put(BATCH, (long) sizes.at(0));
    if (sizes.from().size() == 1) {
      settings.remove(BATCH_SCHEDULE);
    } else {
      settings.put(BATCH_SCHEDULE, BatchSchedule.text(sizes));
    }
    return settings;
  }

  static List<Key> evaluation() {
    return Stream.concat(looks().stream(), DiffusionKeys.looks()).toList();
  }

  /** What is so where nothing is said. */
  static Map<String, Object> usualEvaluation() {
    Map<String, Object> usual = new TreeMap<>(DiffusionKeys.usualLooks());
    usual.put(TEST, true);
    return usual;
  }

  private static List<Key> looks() {
    return List.of(
        inheritedWhole(EVERY, "epochs between evaluations; 1 if neither is given"),
        inheritedWhole(
            EVERY_STEPS, "optimizer steps between evaluations, and one before the first step"),
        Key.word(
            "curve",
            "validation",
            List.of("validation", "test"),
            "the data that is looked at on the way; test only where nothing is chosen by it"),
        Key.word("numbers", "fp32", PRECISIONS, "number format of the forward pass"),
        Key.whole(
            "chunk",
            1000,
            1,
            1_000_000,
            "images at a time; of text tokens, but at least 8 sequences"),
        new Key(
            TEST,
            Key.Type.FLAG,
            Optional.of(Key.Default.INHERITED),
            "",
            _ -> true,
            List.of(),
            "whether the test set is looked at after the last step; true if not given"),
        Key.word(
            "tta",
            "none",
            List.of("none", "mirror", "translate"),
            "views of each test image whose logits are averaged after the last step"));
  }

  /**
   * The settings without those that say what is so anyway: whoever writes them makes the same runs
   * as whoever does not.
   */
  static Map<String, Object> withoutTheUsual(Map<String, Object> given, Map<String, ?> usual) {
    Map<String, Object> settings = new TreeMap<>(given);
    settings.entrySet().removeIf(setting -> setting.getValue().equals(usual.get(setting.getKey())));
    return settings;
  }

  /**
   * The settings of a section of this file with one of two keys that exclude each other.
   *
   * @param standard the value of {@code first} where neither is given
   * @throws IllegalArgumentException if both are given
   */
  static Map<String, Object> oneOf(
      String section, String first, Object standard, String second, Map<String, Object> given) {
    if (given.containsKey(first) && given.containsKey(second)) {
      throw new IllegalArgumentException(
          "%s.%s = %s and %s.%s = %s say the same thing twice; give one of them (~ takes one back)"
              .formatted(section, first, given.get(first), section, second, given.get(second)));
    }
    Map<String, Object> settings = new TreeMap<>(given);
    if (!given.containsKey(second)) {
      settings.putIfAbsent(first, standard);
    }
    return settings;
  }

  private static Key inheritedWord(String name, List<String> choices, String about) {
    return new Key(
        name, Key.Type.WORD, Optional.of(Key.Default.INHERITED), "", _ -> true, choices, about);
  }

  private static Key inheritedWhole(String name, String about) {
    return new Key(
        name,
        Key.Type.WHOLE,
        Optional.of(Key.Default.INHERITED),
        "1 to " + MOST,
        v -> v >= 1 && v <= MOST,
        List.of(),
        about);
  }

  /** A number that follows from others where it is not given. */
  private static Key inherited(String name, String range, DoublePredicate within, String about) {
    return new Key(
        name, Key.Type.NUMBER, Optional.of(Key.Default.INHERITED), range, within, List.of(), about);
  }
}
