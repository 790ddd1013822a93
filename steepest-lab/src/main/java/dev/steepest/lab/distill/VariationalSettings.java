package dev.steepest.lab.distill;

import dev.steepest.lab.model.Check;

/**
 * The model φ of the images themselves, which {@link Vsd} learns as it goes.
 *
 * @param form what is learned
 * @param rank of the low-rank additions, 1–256; without effect on a full copy
 * @param lr of φ's AdamW (β 0.9, 0.999; no weight decay), above 0
 * @param recompute whether φ's pass keeps only what goes into its blocks, and computes their
 *     insides again on the way back: the same gradient in less memory and more time
 */
public record VariationalSettings(Form form, int rank, double lr, boolean recompute) {
  /**
   * Rank 4, as the diffusers' LoRA that ProlificDreamer used. The learning rate is measured on
   * figures: of 1e-4, 1e-3 and 1e-2 the one with the surest images; at 1e-4 φ did not follow.
   */
  public static final VariationalSettings USUAL =
      new VariationalSettings(Form.LORA, 4, 1e-3, false);

  /** What of φ is learned. */
  public enum Form {
    /** Low-rank additions to q, k, v and out of every attention; the rest is the prior's. */
    LORA,
    /** All weights, of a copy that computes as the prior does and learns in float32 at least. */
    FULL
  }

  public VariationalSettings {
    Check.range("rank", rank, 1, 256);
    Check.that(
        lr > 0 && Double.isFinite(lr),
        "phi's learning rate, %s, is out of range: above 0 is allowed.".formatted(lr));
  }
}
