package dev.steepest.lab.kernel;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_S2I;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * bfloat16 in memory, float in vector registers. A bfloat16 is the upper half of a float.
 *
 * <p>A load fills one register of floats from half a register of memory. Taking a whole register of
 * pairs, widened by shift and mask, saves two conversions, but then the loops hold every formula
 * twice, which exceeds what the compiler inlines, and vectors become objects (measured: GELU's
 * derivative 5 to 10 times slower).
 */
final class Bf16 {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  /** Values of a register. */
  static final int LANES = FLOATS.length();

  /** Bytes of a value in memory. */
  static final int BYTES = Short.BYTES;

  /** That of libtorch's tensors on every processor that the natives exist for. */
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private Bf16() {}

  /** {@link #LANES} values from an offset in bytes. */
  static FloatVector load(MemorySegment from, long at) {
    return widen(ShortVector.fromMemorySegment(SHORTS, from, at, ORDER));
  }

  private static FloatVector widen(ShortVector bits) {
    return ((IntVector) bits.convertShape(ZERO_EXTEND_S2I, INTS, 0))
        .lanewise(LSHL, 16)
        .reinterpretAsFloats();
  }

  /**
   * Rounds to the nearest, ties to even, and stores {@link #LANES} values.
   *
   * <p>Half a unit is added, less one bit unless the last kept bit is odd. Infinities stay; a NaN
   * stays one, because arithmetic makes none whose upper 16 bits are all ones and would overflow.
   */
  static void store(FloatVector x, MemorySegment to, long at) {
    IntVector bits = x.reinterpretAsInts();
    IntVector odd = bits.lanewise(LSHR, 16).lanewise(AND, 1);
    narrow(bits.add(odd).add(LESS_THAN_HALF)).intoMemorySegment(to, at, ORDER);
  }

  private static final int LESS_THAN_HALF = 0x7fff;

  private static ShortVector narrow(IntVector bits) {
    return (ShortVector) bits.lanewise(LSHR, 16).convertShape(I2S, SHORTS, 0);
  }
}
