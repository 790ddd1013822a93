package dev.steepest.optim;

/** What a step does with gradients that hold NaN or infinity. */
public enum NonFinite {
  /** Throws, naming the parameters; values and state are as before. */
  RAISE,
  /**
   * Leaves the whole step out: values, state and step counts are as before, but for wrappers that
   * count the steps of the run ({@link Wrapper.WholeState#countsLeftOut}).
   */
  SKIP,
  /**
   * NaN becomes 0, infinity the largest finite magnitude of the same gradient, and the step is
   * made.
   */
  CLIP,
  /** Does not look: for callers who have looked, and for GPUs that must not be waited for. */
  UNCHECKED
}
