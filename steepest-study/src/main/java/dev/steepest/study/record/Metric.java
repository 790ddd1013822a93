package dev.steepest.study.record;

/**
 * Names of measured values as they stand in records. Accuracies and error rates are fractions in
 * [0, 1].
 */
public final class Metric {
  /** Mean training loss since the previous evaluation. */
  public static final String TRAIN_LOSS = "train_loss";

  public static final String VAL_LOSS = "val_loss";
  public static final String VAL_ACCURACY = "val_accuracy";

  /** Measured once, after the last step, on data that no choice has seen. */
  public static final String TEST_LOSS = "test_loss";

  public static final String TEST_ACCURACY = "test_accuracy";

  /** Training seconds of the epoch that an evaluation closes. */
  public static final String EPOCH_SECONDS = "epoch_seconds";

  /** Learning rate of the first parameter group at this step. */
  public static final String LEARNING_RATE = "learning_rate";

  /** Loss of a single step. */
  public static final String LOSS = "loss";

  /** Global L2 norm of the gradient before clipping. */
  public static final String GRAD_NORM = "grad_norm";

  private Metric() {}
}
