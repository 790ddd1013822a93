package dev.steepest.lab.catalog;

import static dev.steepest.lab.catalog.ScheduleTerms.FLOOR;
import static dev.steepest.lab.catalog.ScheduleTerms.WARMUP;
import static dev.steepest.lab.catalog.ScheduleTerms.WARMUP_SHARE;
import static dev.steepest.lab.catalog.ScheduleTerms.term;

import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.List;

/** Learning-rate schedules that are laid over epochs, however many the run has. */
final class EpochScheduleTerms {
  private static final long MOST = 1_000_000;

  private static final Key GAMMA =
      Key.number("gamma", 0.1, "[0, 1]", v -> v >= 0 && v <= 1, "factor of each fall");

  private EpochScheduleTerms() {}

  static List<Term> all() {
    return List.of(
        term(
            "steplr",
            "warm-up over stairs of so many epochs: torch's StepLR",
            WARMUP,
            WARMUP_SHARE,
            epochs("every_epochs", 30, "between two falls"),
            GAMMA),
        term(
            "multistep",
            "warm-up over falls at some epochs: torch's MultiStepLR",
            WARMUP,
            WARMUP_SHARE,
            Key.word(
                ScheduleTerms.MILESTONES,
                "30 60",
                List.of(),
                "epochs that are the first with the lower rate, as one text"),
            GAMMA),
        term(
            "exponential",
            "warm-up over a steady fall; with steplr and every_epochs: 1 it falls between epochs",
            WARMUP,
            WARMUP_SHARE,
            Key.number(
                "gamma", 0.95, "[0, 1]", v -> v >= 0 && v <= 1, "factor over an epoch, by steps")),
        term(
            "cosine_restarts",
            "warm-up, then half cosines that start anew at the full rate (SGDR)",
            WARMUP,
            WARMUP_SHARE,
            epochs("first_epochs", 10, "length of the first one"),
            Key.whole("growth", 1, 1, 1_000, "each is so many times as long as the one before"),
            FLOOR),
        term(
            "inverse_square_root",
            "warm-up, then 1 over the root of the steps",
            Key.number(
                "warmup_epochs",
                1,
                "at least 0",
                v -> v >= 0 && v < 1e6,
                "epochs of linear warm-up; the first step already moves"),
            WARMUP_SHARE,
            Key.number(
                "timescale_epochs",
                0,
                "at least 0",
                v -> v >= 0 && v < 1e6,
                "after which the rate has fallen to 1/√2; 0 = as long as the warm-up")),
        term(
            "plateau",
            "warm-up, then constant but for falls when a metric no longer improves: torch's"
                + " ReduceLROnPlateau",
            WARMUP,
            WARMUP_SHARE,
            Key.word(
                TrainingKeys.METRIC,
                "val_loss",
                List.of("val_loss", "val_accuracy", "train_loss"),
                "what shall improve from look to look"),
            Key.number("factor", 0.1, "[0, 1)", v -> v >= 0 && v < 1, "of each fall"),
            Key.whole("patience", 10, 0, MOST, "looks without improvement that are borne"),
            Key.number(
                "threshold",
                1e-4,
                "at least 0",
                v -> v >= 0 && v < Double.POSITIVE_INFINITY,
                "by how much a value must be better than the best one"),
            Key.word(
                "threshold_kind",
                "relative",
                List.of("relative", "absolute"),
                "whether that is a part of the best value or a difference"),
            Key.whole("cooldown", 0, 0, MOST, "looks after a fall that are not counted"),
            Key.number("floor", 0, "[0, 1]", v -> v >= 0 && v <= 1, "least factor")));
  }

  private static Key epochs(String name, double preset, String about) {
    return Key.number(
        name, preset, "above 0", v -> v > 0 && v < 1e6, "epochs, or a part of one, " + about);
  }
}
