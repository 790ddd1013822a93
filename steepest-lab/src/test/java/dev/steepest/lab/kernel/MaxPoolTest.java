package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxPoolTest {
  private final Arena arena = Arena.ofAuto();

  @ParameterizedTest
  @CsvSource({
    "31, 31, 64, 2",
    "15, 15, 33, 2",
    "7, 7, 256, 2",
    "3, 3, 256, 3",
    "3, 3, 5, 3",
    "2, 2, 1, 2",
    "6, 9, 24, 2",
    "7, 5, 31, 3",
    "23, 11, 40, 11"
  })
  void poolsAndCarriesBack(int height, int width, int channels, int window) {
    Extent extent = new Extent(height, width, channels);
    MaxPool pool = new MaxPool(extent, window);
    long outputs = pool.output().values();
    MemorySegment x = coarse(extent.values());
    MemorySegment y = arena.allocate(outputs * 2, 64);
    MemorySegment places = arena.allocate(outputs, 64);
    pool.forward(x, y, places);
    MemorySegment gradient = Bfloat16.gaussian(arena, outputs, 2);
    MemorySegment dx = arena.allocate(extent.bytes(), 64).fill((byte) 0x55);
    pool.backward(gradient, places, dx);

    float[] expected = new float[(int) extent.values()];
    for (int o = 0; o < outputs; o++) {
      int c = o % channels;
      int column = o / channels % (width / window);
      int row = o / channels / (width / window);
      int best = -1;
      for (int k = 0; k < window * window; k++) {
        int pixel = (row * window + k / window) * width + column * window + k % window;
        int i = pixel * channels + c;
        if (best < 0 || Bfloat16.get(x, i) > Bfloat16.get(x, best)) {
          best = i;
        }
      }
      assertThat(Bfloat16.get(y, o)).isEqualTo(Bfloat16.get(x, best));
      expected[best] = Bfloat16.get(gradient, o);
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(Bfloat16.get(dx, i)).as("pixel %d", i / channels).isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"32704", "-64", "32767", "-1"}) // 0x7fc0, 0xffc0: quiet; 0x7fff, 0xffff: full payload
  void aNanOfEitherSignPropagates(short nan) {
    MaxPool pool = new MaxPool(new Extent(2, 2, 1), 2);
    for (int at = 0; at < 4; at++) {
      MemorySegment x = Bfloat16.gaussian(arena, 4, 3);
      Bfloat16.set(x, (at + 1) % 4, (short) 0x7f80); // infinity
      Bfloat16.set(x, at, nan);
      MemorySegment y = arena.allocate(2);
      MemorySegment places = arena.allocate(1);
      pool.forward(x, y, places);
      assertThat(Bfloat16.get(y, 0)).isNaN();
      assertThat(places.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) at);
    }
  }

  @Test
  void infinitiesArePooled() {
    MaxPool pool = new MaxPool(new Extent(2, 2, 1), 2);
    MemorySegment x = arena.allocate(8, 2);
    for (int i = 0; i < 4; i++) {
      Bfloat16.set(x, i, (short) 0xff80);
    }
    MemorySegment y = arena.allocate(2);
    pool.forward(x, y, arena.allocate(1));
    assertThat(Bfloat16.get(y, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void aWindowThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new MaxPool(new Extent(1, 4, 8), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 pixels over 1×4");
  }

  /** Few different values, of both signs: most windows have ties. */
  private MemorySegment coarse(long count) {
    Random random = new Random(1);
    MemorySegment x = arena.allocate(count * 2, 64);
    for (long i = 0; i < count; i++) {
      Bfloat16.set(x, i, Bfloat16.nearest((random.nextInt(7) - 3) * .37f));
    }
    return x;
  }
}
