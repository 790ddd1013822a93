package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kernel against loops over double[], for channels that do and do not fill registers. */
class RowKernelTest {
  private static final String SIZES = "1:17, 3:101, 5:1000, 24:961, 40:7, 63:50, 64:225, 256:98";

  private final Arena arena = Arena.ofAuto();
  private int channels;
  private int rows;
  private long values;
  private ChannelLanes lanes;
  private MemorySegment x;
  private Affine affine;
  private float[] mean;
  private float[] scale;
  private float[] shift;

  private void prepare(String size) {
    channels = Integer.parseInt(size.split(":")[0].strip());
    rows = Integer.parseInt(size.split(":")[1].strip());
    values = (long) channels * rows;
    lanes = new ChannelLanes(channels);
    x = Bfloat16.gaussian(arena, values, channels);
    Random random = new Random(rows);
    mean = random(random, 0);
    scale = random(random, 1.5f);
    shift = random(random, .3f);
    affine = Affine.of(lanes, mean, scale, shift);
  }

  private float[] random(Random random, float centre) {
    float[] numbers = new float[channels];
    for (int c = 0; c < channels; c++) {
      numbers[c] = centre + .4f * (float) random.nextGaussian();
    }
    return numbers;
  }

  @ParameterizedTest
  @CsvSource(
      value = {SIZES},
      delimiter = '|')
  void momentsAreExactToDouble(String sizes) {
    for (String size : sizes.split(",")) {
      prepare(size);
      LaneSums sums = new LaneSums(lanes);
      new RowKernel(lanes, Moments.STAGE).run(x, x, values, sums);
      double[] sum = new double[channels];
      double[] squares = new double[channels];
      for (int i = 0; i < values; i++) {
        double value = Bfloat16.get(x, i);
        sum[i % channels] += value;
        squares[i % channels] += value * value;
      }
      // A float sum over at most 512 rows of numbers below 5 errs by less than 512·2⁻²⁴·512·25.
      for (int c = 0; c < channels; c++) {
        assertThat(sums.first()[c]).as(size).isCloseTo(sum[c], within(1e-5 * rows));
        assertThat(sums.second()[c]).as(size).isCloseTo(squares[c], within(1e-5 * rows));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      value = {SIZES},
      delimiter = '|')
  void forwardNormalisesAndActivates(String sizes) {
    for (String size : sizes.split(",")) {
      prepare(size);
      MemorySegment y = arena.allocate(values * 2, 64);
      new RowKernel(lanes, affine, Activation.SILU.valuesStage(), Store.STAGE)
          .run(x, y, values, null);
      for (int i = 0; i < values; i++) {
        double z = z(i);
        double expected = z / (1 + Math.exp(-z));
        assertThat((double) Bfloat16.get(y, i)).as(size).isCloseTo(expected, rounded(expected));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      value = {SIZES},
      delimiter = '|')
  void backwardMultipliesByTheSlopeAndAddsUp(String sizes) {
    for (String size : sizes.split(",")) {
      prepare(size);
      MemorySegment g = Bfloat16.gaussian(arena, values, 77);
      double[] sum = new double[channels];
      double[] product = new double[channels];
      double[] expected = new double[(int) values];
      for (int i = 0; i < values; i++) {
        double s = 1 / (1 + Math.exp(-z(i)));
        expected[i] = Bfloat16.get(g, i) * s * (1 + z(i) * (1 - s));
        sum[i % channels] += expected[i];
        product[i % channels] += expected[i] * (Bfloat16.get(x, i) - mean[i % channels]);
      }
      LaneSums sums = new LaneSums(lanes);
      new RowKernel(
              lanes, affine, Activation.SILU.derivativesStage(), new InnerGradient(affine.mean()))
          .run(x, g, values, sums);
      for (int i = 0; i < values; i++) {
        assertThat((double) Bfloat16.get(g, i))
            .as(size)
            .isCloseTo(expected[i], rounded(expected[i]));
      }
      for (int c = 0; c < channels; c++) {
        assertThat(sums.first()[c]).as(size).isCloseTo(sum[c], within(2e-5 * rows));
        assertThat(sums.second()[c]).as(size).isCloseTo(product[c], within(2e-5 * rows));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      value = {SIZES},
      delimiter = '|')
  void normGradientIsItsFormula(String sizes) {
    for (String size : sizes.split(",")) {
      prepare(size);
      MemorySegment g = Bfloat16.gaussian(arena, values, 78);
      float[] slope = random(new Random(4), -.2f);
      float[] offset = random(new Random(5), .1f);
      double[] expected = new double[(int) values];
      for (int i = 0; i < values; i++) {
        int c = i % channels;
        expected[i] =
            scale[c] * (double) Bfloat16.get(g, i)
                + slope[c] * ((double) Bfloat16.get(x, i) - mean[c])
                + offset[c];
      }
      new RowKernel(
              lanes,
              new NormGradient(
                  affine.mean(), affine.scale(), lanes.spread(slope), lanes.spread(offset)))
          .run(x, g, values, null);
      for (int i = 0; i < values; i++) {
        assertThat((double) Bfloat16.get(g, i))
            .as(size)
            .isCloseTo(expected[i], rounded(expected[i]));
      }
    }
  }

  private double z(int i) {
    int c = i % channels;
    return ((double) Bfloat16.get(x, i) - mean[c]) * scale[c] + shift[c];
  }

  /** Half a unit of the last place, at most, and what float arithmetic adds near cancellation. */
  private static org.assertj.core.data.Offset<Double> rounded(double expected) {
    return within(Math.max(1.01 * Math.abs(expected) * 0x1p-8, 2e-6));
  }
}
