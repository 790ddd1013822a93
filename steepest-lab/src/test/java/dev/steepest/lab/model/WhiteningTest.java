package dev.steepest.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhiteningTest {
  private static final int COUNT = 70; // more than two chunks
  private static final int CHANNELS = 2;
  private static final int HEIGHT = 7;
  private static final int WIDTH = 6;
  private static final double EPSILON = 5e-4;

  /** Some hundred roundings of numbers about 1. */
  private static final Offset<Double> ROUNDING = within(1e-12);

  private PointerScope scope;

  @BeforeEach
  void open() {
    scope = new PointerScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Neighbours are alike, and the mean is not 0. */
  private static Tensor images() {
    torch.manual_seed(4);
    Tensor noise = torch.randn(COUNT, CHANNELS, HEIGHT + 1, WIDTH);
    return noise.narrow(2, 0, HEIGHT).add(noise.narrow(2, 1, HEIGHT)).add(torch.tensor(0.3f));
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    new DoublePointer(tensor.to(ScalarType.Double).contiguous().data_ptr()).get(values);
    return values;
  }

  /** Every patch, values in the order (channel, row, column), by plain loops: [patches][D]. */
  private static double[][] patches(double[] images, int patch) {
    int rows = HEIGHT - patch + 1;
    int columns = WIDTH - patch + 1;
    double[][] patches = new double[COUNT * rows * columns][CHANNELS * patch * patch];
    for (int at = 0; at < patches.length; at++) {
      int n = at / (rows * columns);
      int y = at / columns % rows;
      int x = at % columns;
      for (int d = 0; d < patches[at].length; d++) {
        int c = d / (patch * patch);
        int row = y + d / patch % patch;
        int column = x + d % patch;
        patches[at][d] = images[((n * CHANNELS + c) * HEIGHT + row) * WIDTH + column];
      }
    }
    return patches;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void covarianceIsTheMeanProductOverAllPatches(int patch) {
    Tensor images = images();
    double[][] patches = patches(doubles(images), patch);
    int size = patches[0].length;
    double[] expected = new double[size * size];
    for (double[] x : patches) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] += x[i / size] * x[i % size] / patches.length;
      }
    }
    assertThat(Whitening.of(images, patch).size()).isEqualTo(size);
    assertThat(Whitening.of(images, patch).covariance()).containsExactly(expected, ROUNDING);
    Tensor channelsLast = images.contiguous(MemoryFormat.ChannelsLast);
    assertThat(Whitening.of(channelsLast, patch).covariance()).containsExactly(expected, ROUNDING);
  }

  /** Uncorrelated, and of mean square λ/(λ + ε): 1 but for what ε takes. */
  @Test
  void whitenedPatchesAreWhite() {
    Tensor images = images();
    Whitening whitening = Whitening.of(images, 2);
    Tensor filters = whitening.filters(EPSILON);
    assertThat(State.shape(filters)).containsExactly(16, CHANNELS, 2, 2);
    Tensor out = torch.conv2d(images.to(ScalarType.Double), filters); // [N, 16, H', W']
    double[] values = doubles(out.permute(1, 0, 2, 3));
    int count = values.length / 16;
    double[] eigenvalues = whitening.eigenvalues();
    for (int a = 0; a < 8; a++) {
      for (int b = 0; b < 8; b++) {
        double mean = 0;
        for (int i = 0; i < count; i++) {
          mean += values[a * count + i] * values[b * count + i] / count;
        }
        double expected = a == b ? eigenvalues[a] / (eigenvalues[a] + EPSILON) : 0;
        assertThat(mean).as("[%d][%d]", a, b).isCloseTo(expected, ROUNDING);
      }
      assertThat(eigenvalues[a]).isGreaterThan(100 * EPSILON); // so that white means within 1 %
    }
  }

  @Test
  void signsAndOrderAreFixed() {
    Whitening whitening = Whitening.of(images(), 2);
    double[] filters = doubles(whitening.filters(EPSILON));
    double[] negated = doubles(whitening.filters(EPSILON).narrow(0, 8, 8));
    for (int row = 0; row < 8; row++) {
      double largest = 0;
      for (int i = row * 8; i < row * 8 + 8; i++) {
        largest = Math.abs(filters[i]) > Math.abs(largest) ? filters[i] : largest;
        assertThat(negated[i]).isEqualTo(-filters[i]);
      }
      assertThat(largest).isPositive();
    }
    double[] eigenvalues = whitening.eigenvalues();
    for (int i = 1; i < 8; i++) {
      assertThat(eigenvalues[i]).isLessThan(eigenvalues[i - 1]);
    }
  }

  /** Equal to the bit, and bounded by 1/√ε where the images have no such direction. */
  @Test
  void repeatsItselfAndBearsEqualPixels() {
    double[] first = doubles(Whitening.of(images(), 2).filters(EPSILON));
    assertThat(doubles(Whitening.of(images(), 2).filters(EPSILON))).isEqualTo(first);
    double[] flat = doubles(Whitening.of(torch.ones(3, 1, 5, 5), 2).filters(EPSILON));
    assertThat(DoubleStream.of(flat).map(Math::abs).max().orElseThrow())
        .isLessThan(1.01 / Math.sqrt(EPSILON));
  }

  @Test
  void refusesWhatHasNoPatches() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Whitening.of(torch.zeros(0, 3, 8, 8), 2))
        .withMessageContaining("at least one image");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Whitening.of(torch.zeros(2, 3, 8, 4), 5))
        .withMessage("patch = 5 is out of range: allowed is 1 to 4.");
  }
}
