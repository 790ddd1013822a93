package dev.steepest.study.search;

import org.hipparchus.random.SobolSequenceGenerator;

/**
 * The sequence of Sobol with the direction numbers of Joe and Kuo 2008, scrambled as Owen 1995 does
 * it: of any 2ᵏ points from a multiple of 2ᵏ on, each of the 2ᵏ equal parts of every axis holds
 * one, whatever the seed. The scrambling is the hash of Laine and Karras 2011, with the constants
 * of Burley 2020.
 */
final class ScrambledSobol {
  private static final double BITS = 0x1p32;

  private final SobolSequenceGenerator sequence;
  private final int dimension;
  private final long seed;

  /**
   * @param dimension d, from 1
   */
  ScrambledSobol(int dimension, long seed) {
    this.sequence = new SobolSequenceGenerator(dimension);
    this.dimension = dimension;
    this.seed = seed;
  }

  /**
   * A point in [0, 1)ᵈ.
   *
   * @param index from 0
   */
  double[] point(int index) {
    double[] point = sequence.skipTo(index);
    for (int d = 0; d < dimension; d++) {
      int bits = (int) (long) (point[d] * BITS);
      Draws draws = new Draws(seed, d);
      int scrambled = scramble(bits, (int) draws.bits());
      // What is finer than the bits is filled by chance.
      Draws within = new Draws(draws.bits(), index);
      point[d] = (Integer.toUnsignedLong(scrambled) + within.uniform()) / BITS;
    }
    return point;
  }

  /** Turns every bit over or not, as the seed and all higher bits say. */
  private static int scramble(int bits, int seed) {
    int x = Integer.reverse(bits) + seed;
    x ^= x * 0x6c50b47c;
    x ^= x * 0xb82f1e52;
    x ^= x * 0xc7afe638;
    x ^= x * 0x8d22f6e6;
    return Integer.reverse(x);
  }
}
