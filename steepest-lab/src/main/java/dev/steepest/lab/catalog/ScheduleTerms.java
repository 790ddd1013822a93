package dev.steepest.lab.catalog;

import dev.steepest.study.experiment.Key;
import dev.steepest.study.experiment.Term;
import java.util.List;

/** The learning-rate schedules by name. Lengths are in epochs, steps are derived from them. */
final class ScheduleTerms {
  private static final Key WARMUP =
      Key.number(
          "warmup_epochs",
          0,
          "at least 0",
          v -> v >= 0 && v < 1e6,
          "epochs of linear warm-up; the first step already moves");
  private static final Key FLOOR =
      Key.number("floor", 0, "[0, 1]", v -> v >= 0 && v <= 1, "factor at the end of the last step");

  private ScheduleTerms() {}

  static List<Term> all() {
    return List.of(
        new Term(
            "cosine",
            "warm-up, then half a cosine down to the floor",
            List.of(WARMUP, FLOOR),
            List.of()),
        new Term(
            "trapezoid",
            "warm-up, constant, then linear down to the floor",
            List.of(
                WARMUP,
                Key.number(
                    "decay",
                    0.2,
                    "(0, 1]",
                    v -> v > 0 && v <= 1,
                    "last share of all steps in which the rate falls"),
                FLOOR),
            List.of()),
        new Term("constant", "warm-up, then constant", List.of(WARMUP), List.of()));
  }
}
