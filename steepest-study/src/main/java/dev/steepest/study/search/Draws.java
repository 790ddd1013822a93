package dev.steepest.study.search;

/**
 * Random numbers that follow from a seed and a number: SplitMix64 (Steele, Lea and Flood 2014),
 * started anew for every proposal, so that no state must be kept.
 */
final class Draws {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  Draws(long seed, long number) {
    state = mix(mix(seed + GOLDEN) + number * GOLDEN);
  }

  /** A uniform number in [0, 1), of 53 bits. */
  double uniform() {
    return (bits() >>> 11) * 0x1p-53;
  }

  /** A whole number from 0 to {@code bound} − 1. */
  long below(long bound) {
    return Math.floorMod(bits() >>> 1, bound);
  }

  /** Uniform numbers in [0, 1). */
  double[] uniforms(int count) {
    double[] all = new double[count];
    for (int i = 0; i < count; i++) {
      all[i] = uniform();
    }
    return all;
  }

  long bits() {
    state += GOLDEN;
    return mix(state);
  }

  /** The finalizer of SplitMix64: every bit of the result depends on every bit of {@code z}. */
  static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
    return y ^ (y >>> 31);
  }
}
