package dev.steepest.optim;

/**
 * What becomes of a bfloat16 or float16 parameter between steps. The step itself always runs in
 * float32, and so does what rules keep.
 */
public enum HalfPrecision {
  /** The result is rounded to the nearest: changes below half a unit in the last place are lost. */
  NEAREST,
  /**
   * The result is rounded up or down with probabilities that make it right on average; bfloat16
   * only. The draws depend on seed, parameters and step alone.
   */
  STOCHASTIC,
  /**
   * A float32 copy is kept (4 bytes per element) and changed; the parameter is its rounding.
   * Whatever else changes the parameter between steps, such as {@link QkClip}, is undone by the
   * next step, which knows only the copy.
   */
  MASTER_COPY
}
