package dev.steepest.lab.train;

import dev.steepest.optim.Plateau.Goal;
import java.util.Set;

/** What looks say that something is decided by on the way. Never the test set. */
public enum Watched {
  /** Of the validation set. */
  VAL_LOSS(Goal.MINIMUM) {
    @Override
    double of(EvaluationReport report) {
      return report.sets().get(VALIDATION).loss();
    }
  },
  /** Of the validation set. */
  VAL_ACCURACY(Goal.MAXIMUM) {
    @Override
    double of(EvaluationReport report) {
      return report.sets().get(VALIDATION).accuracy();
    }
  },
  /** Since the look before. */
  TRAIN_LOSS(Goal.MINIMUM) {
    @Override
    double of(EvaluationReport report) {
      return report.trainLoss();
    }
  };

  private static final String VALIDATION = "val";

  private final Goal goal;

  Watched(Goal goal) {
    this.goal = goal;
  }

  /** Its value, which need not be finite. */
  abstract double of(EvaluationReport report);

  Goal goal() {
    return goal;
  }

  /**
   * @throws IllegalArgumentException where looks at these sets do not say it
   */
  void requireAmong(Set<String> sets) {
    if (this != TRAIN_LOSS && !sets.contains(VALIDATION)) {
      throw new IllegalArgumentException(
          "%s is to be watched, but no validation set is looked at; keep some training data for one."
              .formatted(this));
    }
  }

  /** As files say it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
