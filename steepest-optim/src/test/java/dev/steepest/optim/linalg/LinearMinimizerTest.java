package dev.steepest.optim.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.optim.linalg.LinearMinimizer.Norm;
import dev.steepest.optim.linalg.LinearMinimizer.Scaling;
import dev.steepest.tensor.Seeds;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directions of steepest descent, against their definitions in plain Java. */
class LinearMinimizerTest {

  private static Tensor direction(Norm norm, Tensor g, int blocks) {
    Orthogonalizer exact =
        new Orthogonalizer(Orthogonalizer.Method.SVD, 1, 1e-12, NormGuard.ADD, Precision.PARAMETER);
    return new LinearMinimizer(norm, Scaling.STANDARD, false, false, exact)
        .all(List.of(g), List.of(blocks))
        .getFirst();
  }

  private static double[] numbers(Tensor tensor) {
    double[] numbers = new double[(int) tensor.numel()];
    tensor.contiguous().data_ptr_double().get(numbers);
    return numbers;
  }

  /**
   * The rows of UVᵀ of a wide matrix are orthonormal, so those of the direction have one length.
   */
  @ParameterizedTest
  @CsvSource({"auto, 1, 5", "spectral_conv, 1, 5", "auto, 2, 4", "spectral_conv, 2, 4"})
  void filters_are_scaled_by_every_side_of_their_kernel(String norm, int sides, int k) {
    try (PointerScope _ = new PointerScope()) {
      long[] shape = sides == 1 ? new long[] {6, 4, k} : new long[] {6, 4, k, k};
      Tensor g = Seeds.normal(1, shape).to(ScalarType.Double);
      double[] d = numbers(direction(Norm.valueOf(norm.toUpperCase(Locale.ROOT)), g, 1));
      double length = Math.sqrt(6 / 4.0) / (sides == 1 ? k : k * k);
      int columns = d.length / 6;
      for (int i = 0; i < 6; i++) {
        for (int j = 0; j < 6; j++) {
          double dot = 0;
          for (int c = 0; c < columns; c++) {
            dot += d[i * columns + c] * d[j * columns + c];
          }
          // Rounding of an SVD of numbers near 1.
          assertThat(dot).isCloseTo(i == j ? length * length : 0, within(1e-13));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"6, 4, 1, 1", "6, 4, 3, 1", "6, 4, 1, 2", "1, 5, 1, 1"})
  void bias_rms_is_of_each_column(int rows, int in, int k, int blocks) {
    try (PointerScope _ = new PointerScope()) {
      Tensor drawn = Seeds.normal(2, rows, in, k).to(ScalarType.Double);
      Tensor g = k == 1 ? drawn.squeeze(2) : drawn;
      double[] x = numbers(g);
      double[] d = numbers(direction(Norm.BIAS_RMS, g, blocks));
      int columns = in * k;
      int height = rows / blocks;
      for (int i = 0; i < x.length; i++) {
        int block = i / columns / height;
        double squares = 0;
        for (int row = block * height; row < (block + 1) * height; row++) {
          squares += Math.pow(x[row * columns + i % columns], 2);
        }
        // A few roundings of numbers up to √rows.
        assertThat(d[i]).isCloseTo(x[i] / (Math.sqrt(squares / height) + 1e-8), within(1e-14));
      }
    }
  }

  @Test
  void bias_rms_of_a_vector_and_a_number_is_of_the_whole() {
    try (PointerScope _ = new PointerScope()) {
      Tensor g = Seeds.normal(3, 7).to(ScalarType.Double);
      double[] x = numbers(g);
      double squares = 0;
      for (double number : x) {
        squares += number * number;
      }
      double[] d = numbers(direction(Norm.BIAS_RMS, g, 1));
      for (int i = 0; i < x.length; i++) {
        assertThat(d[i]).isCloseTo(x[i] / (Math.sqrt(squares / 7) + 1e-8), within(1e-14));
      }
      Tensor number = g.select(0, 0);
      assertThat(direction(Norm.BIAS_RMS, number, 1).item_double())
          .isCloseTo(x[0] / (Math.abs(x[0]) + 1e-8), within(1e-15));
    }
  }
}
