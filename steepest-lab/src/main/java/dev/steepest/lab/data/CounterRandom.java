package dev.steepest.lab.data;

/**
 * Random numbers by position instead of by order: draw {@code i} of a stream is a pure function of
 * the stream's key and {@code i}. What one sample receives therefore depends neither on the batch
 * it is in, nor on the thread that works on it, nor on how many draws another sample made.
 *
 * <p>The function is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014) with its counter exposed; keys are folded in one after the other.
 *
 * @param key the stream; streams with different keys are independent for all that data needs
 */
public record CounterRandom(long key) {

  /** 2^64 divided by the golden ratio, odd: the increment of SplitMix64. */
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** 2^-53: the distance of neighbouring doubles in [0.5, 1). */
  private static final double ULP = 0x1.0p-53;

  /** What a stream is for, so that equal coordinates never mean equal numbers. Append only. */
  public enum Purpose {
    /** Order of samples: (run seed, epoch). */
    ORDER,
    /** Augmentation: (run seed, epoch, sample). */
    AUGMENTATION,
    /** Choice of validation samples: (split seed, class). */
    SPLIT,
    /** Generated images: (data seed, part, sample). */
    DRAWING,
    /** Blending of samples: (run seed, step). */
    MIXUP,
    /** Choice of test samples: (split seed, class). */
    TEST_SPLIT,
    /** Rectangles of other samples: (run seed, step). */
    CUTMIX,
    /** Partners in that, and whether samples are blended or get rectangles: (run seed, step). */
    BLENDING,
    /** Noise that images are measured with: (kind, image). */
    NOISE
  }

  /** The stream that belongs to these coordinates, e.g. (run seed, epoch, sample). */
  public static CounterRandom of(Purpose purpose, long... coordinates) {
    long key = mix(purpose.ordinal() + 1);
    for (long coordinate : coordinates) {
      key = mix(key + GAMMA ^ mix(coordinate + GAMMA));
    }
    return new CounterRandom(key);
  }

  /** 64 uniform bits: draw number {@code draw} of this stream. */
  public long bits(long draw) {
    return mix(key + (draw + 1) * GAMMA);
  }

  /** Uniform in [0, 1). */
  public double unit(long draw) {
    return (bits(draw) >>> 11) * ULP;
  }

  /** Uniform in [low, high). */
  public double between(long draw, double low, double high) {
    return low + (high - low) * unit(draw);
  }

  /** Uniform in 0 … bound−1; the bias is below bound / 2^64. */
  public int below(long draw, int bound) {
    return (int) Math.unsignedMultiplyHigh(bits(draw), bound);
  }

  /** A fair coin. */
  public boolean coin(long draw) {
    return bits(draw) < 0;
  }

  /** A uniform permutation of 0 … n−1 (Fisher–Yates; uses draws 1 … n−1). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
