package dev.steepest.lab.model;

/**
 * The multiply-adds of a forward pass per token, in matrix products; norms, activations and the
 * like are not counted.
 *
 * @param weights with the weights that the token meets, the head's included
 * @param attention of queries with keys and of attention weights with values, the mean over the
 *     positions of a sequence
 */
record Work(double weights, double attention) {
  private static final int PER_MULTIPLY_ADD = 2;

  /** Forward, gradient of the input, gradient of the weight (of the other factor): as much each. */
  private static final int PASSES = 3;

  /** Floating-point operations of forward and backward pass. */
  double flops() {
    return PER_MULTIPLY_ADD * PASSES * (weights + attention);
  }

  /**
   * How many tokens a position of a sequence looks at, itself included, on average.
   *
   * @param context tokens of the sequence
   * @param window the most that one looks at, at least 1
   */
  static double seen(long context, long window) {
    long full = Math.min(context, window);
    return (full * (full + 1) / 2.0 + (context - full) * (double) full) / context;
  }
}
