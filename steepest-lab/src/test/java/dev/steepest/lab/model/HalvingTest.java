package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pooling against plain loops, in float64. */
class HalvingTest {
  private static final int CHANNELS = 2;
  private static final Map<Pooling, double[]> BLUR =
      Map.of(
          Pooling.BLUR3, new double[] {.25, .5, .25},
          Pooling.BLUR5, new double[] {.0625, .25, .375, .25, .0625});

  private PointerScope scope;
  private Site site;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    site = Site.root(1);
  }

  @AfterEach
  void close() {
    site.state().close();
    scope.close();
  }

  private Halving layer(Pooling pooling) {
    Halving layer = new Halving(site, pooling, CHANNELS);
    site.state().move(new Device("cpu"), ScalarType.Double);
    return layer;
  }

  private static Tensor map(int height, int width) {
    torch.manual_seed(2);
    return torch.randn(1, CHANNELS, height, width).to(ScalarType.Double);
  }

  private static double[][] plane(Tensor map, int channel) {
    int width = (int) map.size(3);
    double[] values = new double[(int) map.size(2) * width];
    new DoublePointer(map.select(0, 0).select(0, channel).contiguous().data_ptr()).get(values);
    double[][] rows = new double[(int) map.size(2)][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  private static double largest(double[][] x, int row, int column) {
    return Math.max(
        Math.max(x[row][column], x[row][column + 1]),
        Math.max(x[row + 1][column], x[row + 1][column + 1]));
  }

  private static int reflect(int at, int size) {
    return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
  }

  private static double expected(Pooling pooling, double[][] x, int row, int column) {
    if (pooling == Pooling.MAX) {
      return largest(x, 2 * row, 2 * column);
    }
    double[] blur = BLUR.get(pooling);
    double sum = 0;
    for (int i = 0; i < blur.length; i++) {
      for (int j = 0; j < blur.length; j++) {
        int r = reflect(2 * row + i - blur.length / 2, x.length - 1);
        int c = reflect(2 * column + j - blur.length / 2, x[0].length - 1);
        sum += blur[i] * blur[j] * largest(x, r, c);
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"MAX, 7, 8", "MAX, 6, 9", "BLUR3, 7, 8", "BLUR3, 6, 9", "BLUR5, 7, 8", "BLUR5, 6, 9"})
  void matchesPlainLoops(Pooling pooling, int height, int width) {
    Halving layer = layer(pooling);
    Tensor x = map(height, width);
    for (MemoryFormat format :
        new MemoryFormat[] {MemoryFormat.Contiguous, MemoryFormat.ChannelsLast}) {
      Tensor y = layer.apply(x.contiguous(format));
      assertThat(State.shape(y)).containsExactly(1, CHANNELS, height / 2, width / 2);
      for (int c = 0; c < CHANNELS; c++) {
        double[][] from = plane(x, c);
        double[][] to = plane(y, c);
        for (int row = 0; row < to.length; row++) {
          for (int column = 0; column < to[0].length; column++) {
            assertThat(to[row][column])
                .isCloseTo(expected(pooling, from, row, column), within(1e-14));
          }
        }
      }
    }
  }

  /** Powers of two sum without rounding. */
  @ParameterizedTest
  @EnumSource(Pooling.class)
  void aConstantStaysThatConstant(Pooling pooling) {
    Tensor x = torch.full(new long[] {1, CHANNELS, 9, 8}, new org.bytedeco.pytorch.Scalar(1.75));
    Tensor y = layer(pooling).apply(x.to(ScalarType.Double));
    assertThat(y.eq(new org.bytedeco.pytorch.Scalar(1.75)).all().item_bool()).isTrue();
  }

  /**
   * What the blur is for: of an image moved by one pixel, less changes. Moved by two pixels every
   * pooling moves by one, away from the border.
   */
  @Test
  void blurMakesShiftsMatterLess() {
    Tensor x = map(41, 41);
    double before = Double.POSITIVE_INFINITY;
    for (Pooling pooling : Pooling.values()) {
      Halving layer = layer(pooling);
      Tensor still = layer.apply(x.narrow(3, 0, 38));
      Tensor moved = layer.apply(x.narrow(3, 1, 38));
      Tensor movedTwice = layer.apply(x.narrow(3, 2, 38));
      double change =
          still.sub(moved).norm().item_double() / still.sub(still.mean()).norm().item_double();
      assertThat(change).as(pooling.name()).isLessThan(0.9 * before);
      before = change;
      Tensor inner = still.narrow(3, 3, 12).sub(movedTwice.narrow(3, 2, 12));
      assertThat(inner.abs().max().item_double()).isLessThan(1e-14);
    }
  }
}
