package dev.steepest.lab.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** bfloat16 one by one, the plain way: what the kernels are checked against. */
final class Bfloat16 {
  private Bfloat16() {}

  static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest, ties to even, by comparing distances. */
  static short nearest(float x) {
    if (Float.isNaN(x)) {
      return (short) 0x7fc0;
    }
    short down = (short) (Float.floatToRawIntBits(x) >>> 16); // towards zero
    short up = (short) (down + 1);
    if (Float.isInfinite(x) || toFloat(down) == x) {
      return down;
    }
    double toDown = Math.abs((double) x - toFloat(down));
    // Above the largest number the next one would be 2^128, where infinity stands.
    double next = Float.isInfinite(toFloat(up)) ? Math.copySign(0x1p128, x) : (double) toFloat(up);
    double toUp = Math.abs(x - next);
    return toDown < toUp || (toDown == toUp && (down & 1) == 0) ? down : up;
  }

  /** Half the distance of neighbouring bfloat16 at a number, which must be a normal one. */
  static double halfUnit(double x) {
    return Math.scalb(1.0, Math.getExponent(x) - 8);
  }

  /** Numbers from a normal distribution, in bfloat16. */
  static MemorySegment gaussian(Arena arena, long count, long seed) {
    Random random = new Random(seed);
    MemorySegment memory = arena.allocate(count * Short.BYTES, 64);
    for (long i = 0; i < count; i++) {
      set(memory, i, nearest((float) random.nextGaussian()));
    }
    return memory;
  }

  static float get(MemorySegment memory, long i) {
    return toFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, i));
  }

  static void set(MemorySegment memory, long i, short bits) {
    memory.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
  }
}
