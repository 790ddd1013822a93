package dev.steepest.optim;

/** How a learning rate rises from nothing. */
public enum Warmup {
  /**
   * (t + 1) / w at step t: the first step already moves, the last of the w steps runs at the full
   * rate.
   */
  FROM_FIRST_STEP {
    @Override
    double factor(long step, long steps) {
      return step >= steps ? 1 : (step + 1) / (double) steps;
    }
  },
  /**
   * t / w at step t, as in nanoGPT and transformers: the first step runs at rate 0 and changes
   * nothing.
   */
  FROM_ZERO {
    @Override
    double factor(long step, long steps) {
      return step >= steps ? 1 : step / (double) steps;
    }
  };

  /** The multiplier at {@code step}, from 0, of a warm-up of {@code steps} steps; 1 afterwards. */
  abstract double factor(long step, long steps);
}
