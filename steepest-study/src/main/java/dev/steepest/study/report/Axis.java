package dev.steepest.study.report;

import dev.steepest.study.record.Evaluation;
import dev.steepest.study.record.RunRecord;

/** What a learning curve is drawn over. */
enum Axis {
  EPOCHS("epoch", "Epochs"),
  STEPS("optimizer step", "Steps"),
  SAMPLES("training samples", "Samples"),
  /** Of runs on text, whose samples are sequences of them. */
  TOKENS("training tokens", "Tokens"),
  SECONDS("training time (s)", "Seconds");

  private final String label;
  private final String button;

  Axis(String label, String button) {
    this.label = label;
    this.button = button;
  }

  String label() {
    return label;
  }

  String button() {
    return button;
  }

  /** Where an evaluation of a run lies; NaN where that was not recorded. */
  double of(RunRecord run, Evaluation e) {
    return switch (this) {
      case EPOCHS -> e.epoch();
      case STEPS -> recorded(e.step());
      case SAMPLES -> recorded(e.samples());
      case TOKENS -> run.tokens(e).isPresent() ? run.tokens(e).getAsLong() : Double.NaN;
      case SECONDS -> e.trainSeconds();
    };
  }

  /** Imported results know no steps: {@link ForeignResults} writes −1. */
  private static double recorded(long count) {
    return count < 0 ? Double.NaN : count;
  }
}
