package dev.steepest.lab.catalog;

import dev.steepest.study.experiment.Key;
import java.util.List;

/** The keys of sections that have nothing to choose but values. */
final class TrainingKeys {
  private static final long UNBOUNDED = Long.MAX_VALUE;

  private TrainingKeys() {}

  static List<Key> data() {
    return List.of(
        Key.whole(
            "validation", 1000, 0, 1_000_000, "training images held out for validation; 0 = none"),
        Key.whole("split_seed", 0, 0, UNBOUNDED, "seed of that choice, the same for all runs"),
        Key.whole("limit", 0, 0, UNBOUNDED, "use only so many training images, by class; 0 = all"));
  }

  static List<Key> augmentation() {
    return List.of(
        Key.word("policy", "none", List.of("none", "trivial_augment_wide"), "automatic policy"),
        Key.whole(
            "crop", 0, 0, 64, "pixels added around an image before cropping back; 0 = no crop"),
        Key.word("crop_mode", "zeros", List.of("zeros", "reflect"), "what the added pixels hold"),
        Key.word("flip", "none", List.of("none", "random", "alternating"), "horizontal mirror"),
        Key.number(
            "erase", 0, "[0, 1]", v -> v >= 0 && v <= 1, "chance that a rectangle is erased"));
  }

  static List<Key> training() {
    return List.of(
        Key.whole("epochs", 10, 1, 1_000_000, "passes over the training data"),
        Key.whole("batch", 128, 1, 1_000_000, "images per optimizer step"),
        Key.whole("accumulation", 1, 1, 65_536, "parts that a batch is split into to save memory"),
        Key.word(
            "last_batch", "keep", List.of("keep", "drop"), "what becomes of a last partial batch"),
        Key.word(
            "precision",
            "bf16",
            List.of("fp32", "bf16", "fp16"),
            "of the forward pass, by autocast"),
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
        Key.number(
            "label_smoothing",
            0,
            "[0, 1)",
            v -> v >= 0 && v < 1,
            "share of the target spread over all classes"),
        Key.whole("evaluate_every", 1, 1, 1_000_000, "epochs between evaluations"),
        Key.whole("log_every", 10, 1, 1_000_000, "optimizer steps between rows of steps.csv"));
  }
}
