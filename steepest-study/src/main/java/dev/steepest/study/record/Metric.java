package dev.steepest.study.record;

/**
 * Names of measured values as they stand in records. Accuracies and error rates are fractions in
 * [0, 1].
 */
public final class Metric {
  /** Mean training loss since the previous evaluation. */
  public static final String TRAIN_LOSS = "train_loss";

  /**
   * Share of training images whose largest logit was the label's, since the previous evaluation.
   */
  public static final String TRAIN_ACCURACY = "train_accuracy";

  public static final String VAL_LOSS = "val_loss";
  public static final String VAL_ACCURACY = "val_accuracy";

  /**
   * Measured after the last step, on data that no choice may see; on the way too where an
   * experiment keeps no validation images.
   */
  public static final String TEST_LOSS = "test_loss";

  public static final String TEST_ACCURACY = "test_accuracy";

  /** As {@link #TEST_LOSS}, of logits averaged over several views of each image. */
  public static final String TTA_LOSS = "tta_loss";

  /** As {@link #TEST_ACCURACY}, of logits averaged over several views of each image. */
  public static final String TTA_ACCURACY = "tta_accuracy";

  /**
   * Seconds of the whole run: preparing the network from data, training and the final evaluation;
   * without loading, warming up and the evaluations on the way. Recorded with {@link
   * #TTA_ACCURACY}.
   */
  public static final String TOTAL_SECONDS = "total_seconds";

  /** e to the {@link #VAL_LOSS} of a language model, whose loss is per token. */
  public static final String VAL_PERPLEXITY = "val_perplexity";

  /** e to the {@link #TEST_LOSS} of a language model, whose loss is per token. */
  public static final String TEST_PERPLEXITY = "test_perplexity";

  /** Tokens trained on per second of the training clock, in the whole run. */
  public static final String TOKENS_PER_SECOND = "tokens_per_second";

  /**
   * Floating-point operations that the model needs for the tokens it was trained on, per second of
   * the training clock, as a fraction of the machine's measured peak of matrix products.
   */
  public static final String FLOPS_UTILISATION = "flops_utilisation";

  /** The most memory that the run held at a time. */
  public static final String PEAK_MEMORY_BYTES = "peak_memory_bytes";

  /** Training seconds of the epoch that an evaluation closes. */
  public static final String EPOCH_SECONDS = "epoch_seconds";

  /** Learning rate of the first parameter group at this step. */
  public static final String LEARNING_RATE = "learning_rate";

  /** Loss of a single step. */
  public static final String LOSS = "loss";

  /** Global L2 norm of the gradient before clipping. */
  public static final String GRAD_NORM = "grad_norm";

  /** Whether {@code metric} is measured on the test set: nothing may be chosen by it. */
  public static boolean ofTestSet(String metric) {
    return metric.startsWith("test_") || metric.startsWith("tta_");
  }

  /** Whether {@code metric} is measured of runs on tokens alone. */
  public static boolean ofTokens(String metric) {
    return metric.endsWith("_perplexity") || metric.equals(TOKENS_PER_SECOND);
  }

  /** Whether {@code metric} tells of the machine: the same run gives another value elsewhere. */
  public static boolean ofMachine(String metric) {
    return metric.endsWith("_seconds")
        || metric.equals(TOKENS_PER_SECOND)
        || metric.equals(FLOPS_UTILISATION)
        || metric.equals(PEAK_MEMORY_BYTES);
  }

  private Metric() {}
}
