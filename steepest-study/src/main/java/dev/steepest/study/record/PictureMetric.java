package dev.steepest.study.record;

import java.util.List;
import java.util.Optional;

/**
 * What is measured of pictures that were made, by the name that stands behind {@code val_} and
 * {@code test_} in records. All are taken of the pictures themselves: no data are split for them.
 */
public final class PictureMetric {
  /** Probability that the judge gives to what a prompt asked for, mean over pictures, [0, 1]. */
  public static final String CONFIDENCE = "confidence";

  /** Root mean square of the pictures' values, of which [−1, 1] can be shown. */
  public static final String RMS = "rms";

  /** Share of the pictures' values outside [−1, 1], [0, 1]. */
  public static final String CLIPPED = "clipped";

  /** Mean RMS distance between two pictures of one prompt. */
  public static final String DIVERSITY = "diversity";

  /**
   * Mean squared error of the prior's noise prediction on the pictures; a flat grey has a good one,
   * so that it says something beside the confidence alone.
   */
  public static final String RESIDUAL = "residual";

  /**
   * The same of the model of the pictures themselves that learns beside the prior in vsd: below the
   * prior's where it has learned something.
   */
  public static final String OWN_RESIDUAL = "own_residual";

  /**
   * Steps to the first look at which the confidence was above .9; absent of runs that missed it.
   */
  public static final String STEPS_TO_CONFIDENCE = "steps_to_confidence";

  /** Those measured at looks and at the end, in the order in which they are shown. */
  public static final List<String> NAMES =
      List.of(CONFIDENCE, RMS, CLIPPED, DIVERSITY, RESIDUAL, OWN_RESIDUAL);

  private PictureMetric() {}

  /** Which of {@link #NAMES} a metric is, e.g. of {@code "val_rms"}; empty of others. */
  public static Optional<String> of(String metric) {
    return NAMES.stream()
        .filter(name -> metric.equals("val_" + name) || metric.equals("test_" + name))
        .findFirst();
  }
}
