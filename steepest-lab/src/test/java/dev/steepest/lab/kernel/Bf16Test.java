package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class Bf16Test {
  @Test
  void everyValueIsLoadedAndStoredAsItIs() {
    int all = 1 << 16;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(2L * all, 64);
      MemorySegment to = arena.allocate(2L * all, 64);
      for (int i = 0; i < all; i++) {
        Bfloat16.set(from, i, (short) i);
      }
      for (int i = 0; i < all; i += Bf16.LANES) {
        FloatVector x = Bf16.load(from, 2L * i);
        for (int lane = 0; lane < Bf16.LANES; lane++) {
          assertThat(Float.floatToRawIntBits(x.lane(lane))).isEqualTo((i + lane) << 16);
        }
        Bf16.store(x, to, 2L * i);
      }
      for (int i = 0; i < all; i++) {
        float before = Bfloat16.get(from, i);
        if (Float.isNaN(before)) {
          assertThat(Bfloat16.get(to, i)).isNaN();
        } else {
          assertThat(to.getAtIndex(ValueLayout.JAVA_SHORT, i)).isEqualTo((short) i);
        }
      }
    }
  }

  @Test
  void floatsAreRoundedToTheNearestTiesToEven() {
    Random random = new Random(5);
    float[] x = new float[Bf16.LANES * 20_000];
    for (int i = 0; i < x.length; i++) {
      int bits = random.nextInt();
      // A third exactly between two bfloat16.
      x[i] = Float.intBitsToFloat(i % 3 == 0 ? (bits & 0xffff0000) | 0x8000 : bits);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(2L * x.length, 64);
      for (int i = 0; i < x.length; i += Bf16.LANES) {
        Bf16.store(FloatVector.fromArray(Bf16.FLOATS, x, i), to, 2L * i);
      }
      for (int i = 0; i < x.length; i++) {
        if (!Float.isNaN(x[i])) { // random NaNs may have payloads that arithmetic never makes
          assertThat(to.getAtIndex(ValueLayout.JAVA_SHORT, i))
              .as("%s", x[i])
              .isEqualTo(Bfloat16.nearest(x[i]));
        }
      }
    }
  }

  @Test
  void theNanOfArithmeticStaysOne() {
    FloatVector nan = FloatVector.broadcast(Bf16.FLOATS, Float.NaN);
    FloatVector negative = FloatVector.broadcast(Bf16.FLOATS, Float.intBitsToFloat(0xffc00000));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(4L * Bf16.LANES, 64);
      Bf16.store(nan, to, 0);
      Bf16.store(negative, to, 2L * Bf16.LANES);
      for (int i = 0; i < 2 * Bf16.LANES; i++) {
        assertThat(Bfloat16.get(to, i)).isNaN();
      }
    }
  }
}
