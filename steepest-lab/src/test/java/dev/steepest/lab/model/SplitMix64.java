package dev.steepest.lab.model;

/** The number source of the golden files (README there, section 1). */
public final class SplitMix64 {
  private SplitMix64() {}

  public static long hash(long seed, long k, long i) {
    long z = seed + 0x9E3779B97F4A7C15L * ((k << 32) + i + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [-1, 1), exact. */
  public static double unit(long seed, long k, long i) {
    return (hash(seed, k, i) >>> 11) * 0x1p-53 * 2 - 1;
  }
}
