package dev.steepest.study.search;

import java.math.BigInteger;

/**
 * The sequence of Halton, its digits permuted at random (Owen 2017): axis d is the index in base
 * the d-th prime, read backwards behind the point. Of any bᵏ points from a multiple of bᵏ on, each
 * of the bᵏ equal parts of the axis with base b holds one, whatever the seed.
 */
final class ScrambledHalton {
  /** Derived: digits beyond it do not change a number of 53 bits. */
  private static final double FINEST = 0x1p-53;

  private ScrambledHalton() {}

  /**
   * A point in [0, 1)ᵈ.
   *
   * @param index from 0
   * @param dimension d, from 1
   */
  static double[] point(long index, int dimension, long seed) {
    double[] point = new double[dimension];
    BigInteger prime = BigInteger.ONE;
    for (int d = 0; d < dimension; d++) {
      prime = prime.nextProbablePrime();
      point[d] = backwards(index, prime.intValueExact(), new Draws(seed, d).bits());
    }
    return point;
  }

  private static double backwards(long index, int base, long seed) {
    double x = 0;
    long rest = index;
    double unit = 1;
    for (int place = 0; unit > FINEST; place++) {
      unit /= base;
      x += permuted((int) (rest % base), base, new Draws(seed, place)) * unit;
      rest /= base;
    }
    return Math.min(x, Math.nextDown(1.0));
  }

  /** Where a permutation of the digits drawn at random (Fisher and Yates) sends one of them. */
  private static int permuted(int digit, int base, Draws draws) {
    int[] digits = new int[base];
    for (int i = 0; i < base; i++) {
      int j = (int) draws.below(i + 1L);
      digits[i] = digits[j];
      digits[j] = i;
    }
    return digits[digit];
  }
}
