package dev.steepest.study.record;

import java.util.Set;

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

  /** {@code exp} of {@link #VAL_LOSS}, of text. */
  public static final String VAL_PERPLEXITY = "val_perplexity";

  /** {@code exp} of {@link #TEST_LOSS}, of text. */
  public static final String TEST_PERPLEXITY = "test_perplexity";

  /** Training tokens per second of the training clock. */
  public static final String TOKENS_PER_SECOND = "tokens_per_second";

  /**
   * What the network's matrix products need at least, per second of the training clock, as a share
   * of what this machine reached in a large product of the run's number format.
   */
  public static final String FLOPS_UTILISATION = "flops_utilisation";

  /**
   * The most memory of the machine that the process held during the run, or since it was resumed,
   * bytes; the sum over the processes that trained together. A GPU's own memory is not in it.
   */
  public static final String PEAK_MEMORY_BYTES = "peak_memory_bytes";

  /**
   * Share of the training clock in which the loop waited for batches. On a CPU, where nothing is
   * prepared ahead, that is the time in which they are made.
   */
  public static final String DATA_WAIT_SHARE = "data_wait_share";

  /**
   * Passes over the training data at the look that early stopping found best: results are those of
   * the weights of then.
   */
  public static final String BEST_EPOCH = "best_epoch";

  /** Passes over the training data of a run that early stopping has ended before its last step. */
  public static final String STOPPED_EPOCH = "stopped_epoch";

  /** Training seconds of the epoch that an evaluation closes. */
  public static final String EPOCH_SECONDS = "epoch_seconds";

  /** Learning rate of the first parameter group at this step. */
  public static final String LEARNING_RATE = "learning_rate";

  /** Loss of a single step. */
  public static final String LOSS = "loss";

  /** Global L2 norm of the gradient before clipping. */
  public static final String GRAD_NORM = "grad_norm";

  /**
   * Whether {@code metric} tells of the machine as well: the same run gives another value again.
   */
  public static boolean ofMachine(String metric) {
    return OF_MACHINE.contains(metric);
  }

  private static final Set<String> OF_MACHINE =
      Set.of(
          TOTAL_SECONDS,
          EPOCH_SECONDS,
          TOKENS_PER_SECOND,
          FLOPS_UTILISATION,
          PEAK_MEMORY_BYTES,
          DATA_WAIT_SHARE);

  /** Whether {@code metric} is measured on the test set: nothing may be chosen by it. */
  public static boolean ofTestSet(String metric) {
    return metric.startsWith("test_") || metric.startsWith("tta_");
  }

  /** Whether {@code metric} is measured on the validation set: choices are made by it. */
  public static boolean ofValidation(String metric) {
    return metric.startsWith("val_");
  }

  /** Whether {@code metric} is measured of runs on tokens alone. */
  public static boolean ofTokens(String metric) {
    return metric.endsWith("_perplexity") || metric.equals(TOKENS_PER_SECOND);
  }

  private Metric() {}
}
