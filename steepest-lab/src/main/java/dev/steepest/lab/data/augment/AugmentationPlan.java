package dev.steepest.lab.data.augment;

/**
 * Which random changes a training image undergoes, in this order: colour and geometry policy,
 * padded crop, flip, normalisation, erasing.
 *
 * @param policy the automatic policy, first of all
 * @param cropPadding pixels added on each side before a crop back to the original size; 0 = no crop
 * @param padMode what the added pixels hold
 * @param flip horizontal mirror
 * @param eraseProbability chance in 0 … 1 that one rectangle becomes 0 after normalisation
 */
public record AugmentationPlan(
    Policy policy, int cropPadding, PadMode padMode, Flip flip, double eraseProbability) {

  /** No change: evaluation. */
  public static final AugmentationPlan NONE =
      new AugmentationPlan(Policy.NONE, 0, PadMode.ZEROS, Flip.NONE, 0);

  /** The CIFAR-10 optimizer benchmark: TrivialAugmentWide, crop 4, flip, erasing .25. */
  public static final AugmentationPlan CIFAR_BENCHMARK =
      new AugmentationPlan(Policy.TRIVIAL_AUGMENT_WIDE, 4, PadMode.ZEROS, Flip.RANDOM, 0.25);

  /** airbench94: reflect-padded shift by up to 2 and alternating flip. */
  public static final AugmentationPlan AIRBENCH =
      new AugmentationPlan(Policy.NONE, 2, PadMode.REFLECT, Flip.ALTERNATING, 0);

  public AugmentationPlan {
    if (cropPadding < 0) {
      throw new IllegalArgumentException("crop padding must be at least 0, got " + cropPadding);
    }
    if (!(eraseProbability >= 0 && eraseProbability <= 1)) {
      throw new IllegalArgumentException(
          "erase probability must be within 0 … 1, got " + eraseProbability);
    }
  }
}
