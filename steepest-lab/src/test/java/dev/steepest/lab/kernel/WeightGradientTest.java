package dev.steepest.lab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.tensor.Seeds;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightGradientTest {

  private static Tensor values(long seed, ScalarType type, long... shape) {
    return Seeds.normal(seed, shape).to(type).contiguous(MemoryFormat.ChannelsLast);
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[(int) tensor.numel()];
    tensor.to(ScalarType.Double).contiguous().data_ptr_double().get(values);
    return values;
  }

  /** The definition, with plain loops: dW[o, c, i, j] = Σ g[n, o, h, w] x[n, c, h+i−1, w+j−1]. */
  private static double[] definition(Tensor x_NCHW, Tensor g_NOHW) {
    int images = (int) x_NCHW.size(0);
    int in = (int) x_NCHW.size(1);
    int out = (int) g_NOHW.size(1);
    int height = (int) x_NCHW.size(2);
    int width = (int) x_NCHW.size(3);
    double[] x = doubles(x_NCHW);
    double[] g = doubles(g_NOHW);
    double[] gradient = new double[out * in * 9];
    for (int n = 0; n < images; n++) {
      for (int h = 0; h < height; h++) {
        for (int w = 0; w < width; w++) {
          for (int i = Math.max(0, 1 - h); i < Math.min(3, height + 1 - h); i++) {
            for (int j = Math.max(0, 1 - w); j < Math.min(3, width + 1 - w); j++) {
              for (int o = 0; o < out; o++) {
                double own = g[((n * out + o) * height + h) * width + w];
                for (int c = 0; c < in; c++) {
                  double other = x[((n * in + c) * height + h + i - 1) * width + w + j - 1];
                  gradient[((o * in + c) * 3 + i) * 3 + j] += own * other;
                }
              }
            }
          }
        }
      }
    }
    return gradient;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1",
    "2, 3, 2, 1, 4",
    "2, 3, 2, 4, 1",
    "3, 2, 5, 2, 2",
    "4, 5, 3, 3, 3",
    "2, 4, 6, 7, 5"
  })
  void productsByColumnAreTheDefinition(int images, int in, int out, int height, int width) {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = values(1, ScalarType.Double, images, in, height, width);
      Tensor g = values(2, ScalarType.Double, images, out, height, width);
      Tensor gradient = WeightGradient.byColumns(x, g);
      assertThat(gradient.scalar_type().intern()).isEqualTo(ScalarType.Double);
      assertThat(gradient.sizes().vec().get()).containsExactly(out, in, 3, 3);
      assertThat(doubles(gradient)).containsExactly(definition(x, g), within(1e-12));
      assertThat(doubles(WeightGradient.of(x, g)))
          .as("libtorch's, which these shapes get")
          .containsExactly(definition(x, g), within(1e-12));
    }
  }

  /** Not worse than libtorch's one rounding: on average over the filter, from float64. */
  @ParameterizedTest
  @CsvSource({"24, 256, 256, 3", "8, 256, 256, 7"})
  void inBfloat16ItIsAsExactAsLibtorch(int images, int in, int out, int pixels) {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = values(1, ScalarType.BFloat16, images, in, pixels, pixels);
      Tensor g = values(2, ScalarType.BFloat16, images, out, pixels, pixels);
      assertThat(WeightGradient.columnsAreFaster(x, g)).isTrue();
      Tensor exact = WeightGradient.of(x.to(ScalarType.Double), g.to(ScalarType.Double));
      Tensor ours = WeightGradient.of(x, g);
      Tensor libtorchs =
          new DirectConvolution(1).weightGradient(g, x, ours.to(ScalarType.BFloat16));
      assertThat(ours.scalar_type().intern()).isEqualTo(ScalarType.Float);
      assertThat(distance(ours, exact))
          .isLessThan(distance(libtorchs, exact) * 1.01) // of random roundings, the same size
          .isLessThan(1.0 / 512); // what rounding to 8 digits may do at most
    }
  }

  private static double distance(Tensor some, Tensor exact) {
    return some.to(ScalarType.Double).sub(exact).norm().item_double() / exact.norm().item_double();
  }

  @Test
  void operandsMayLieInAnyOrder() {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = values(1, ScalarType.BFloat16, 4, 256, 3, 3);
      Tensor g = values(2, ScalarType.BFloat16, 4, 256, 3, 3);
      assertThat(WeightGradient.of(x.contiguous(), g.contiguous()).equal(WeightGradient.of(x, g)))
          .isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"256, 256, 3, true", "256, 256, 7, true", "64, 256, 15, false", "24, 64, 3, false"})
  void whereItWasNotMeasuredFasterLibtorchDoesIt(int in, int out, int pixels, boolean columns) {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = values(1, ScalarType.BFloat16, 1, in, pixels, pixels);
      Tensor g = values(2, ScalarType.BFloat16, 1, out, pixels, pixels);
      assertThat(WeightGradient.columnsAreFaster(x, g)).isEqualTo(columns);
      assertThat(WeightGradient.columnsAreFaster(x.to(ScalarType.Float), g.to(ScalarType.Float)))
          .isFalse();
    }
  }

  @Test
  void theResultOutlivesTheWorkButNotItsCaller() {
    Tensor gradient;
    try (PointerScope _ = new PointerScope()) {
      Tensor x = values(1, ScalarType.BFloat16, 2, 256, 3, 3);
      gradient = WeightGradient.of(x, x);
      assertThat(gradient.norm().item_double()).isPositive();
    }
    assertThat(gradient.isNull()).isTrue();
  }

  @Test
  void shapesOfTwoConvolutionsAreRefused() {
    try (PointerScope _ = new PointerScope()) {
      Tensor x = values(1, ScalarType.Float, 2, 4, 3, 3);
      Tensor g = values(2, ScalarType.Float, 2, 4, 3, 2);
      assertThatThrownBy(() -> WeightGradient.of(x, g))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[2, 4, 3, 3]")
          .hasMessageContaining("[2, 4, 3, 2]");
    }
  }
}
