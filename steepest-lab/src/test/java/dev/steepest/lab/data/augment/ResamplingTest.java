package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.TestImages;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplingTest {

  private static final Normalization NORMALIZATION =
      new Normalization(List.of(0.4f, 0.5f, 0.6f), List.of(0.2f, 0.25f, 0.3f));

  /** Against the definition: weights of a triangle as wide as a pixel of the coarser grid. */
  @ParameterizedTest
  @CsvSource({"8,12", "12,8", "9,4", "7,1", "6,6"})
  void followsTheDefinition(int from, int to) {
    try (ImageSet set = TestImages.noise(2, 3, from, from, 2);
        Tensor plain = augmented(set, 0, ChannelOrder.CHANNELS_FIRST);
        Tensor scaled = augmented(set, to, ChannelOrder.CHANNELS_FIRST)) {
      assertThat(scaled.size(2)).isEqualTo(to);
      assertThat(scaled.size(3)).isEqualTo(to);
      float[] before = values(plain);
      float[] after = values(scaled);
      double[][] weights = weights(from, to);
      for (int plane = 0; plane < 6; plane++) {
        for (int y = 0; y < to; y++) {
          for (int x = 0; x < to; x++) {
            double sum = 0;
            for (int v = 0; v < from; v++) {
              for (int u = 0; u < from; u++) {
                sum += weights[y][v] * weights[x][u] * before[(plane * from + v) * from + u];
              }
            }
            assertThat((double) after[(plane * to + y) * to + x]).isCloseTo(sum, within(1e-4));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16", "5"})
  void keepsTheMemoryFormat(int to) {
    try (ImageSet set = TestImages.noise(2, 3, 8, 8, 2);
        Tensor first = augmented(set, to, ChannelOrder.CHANNELS_FIRST);
        Tensor last = augmented(set, to, ChannelOrder.CHANNELS_LAST)) {
      assertThat(last.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertThat(first.is_contiguous()).isTrue();
      assertThat(first.allclose(last)).isTrue();
    }
  }

  private static Tensor augmented(ImageSet set, int size, ChannelOrder order) {
    return new Augmentation(AugmentationPlan.NONE, NORMALIZATION, order, size)
        .apply(set.images(), new long[] {0, 1}, 0, 0);
  }

  private static double[][] weights(int from, int to) {
    double scale = (double) from / to;
    double reach = Math.max(1, scale);
    double[][] weights = new double[to][from];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      double sum = 0;
      for (int k = 0; k < from; k++) {
        // At the border what is left of the triangle is scaled to 1.
        weights[i][k] = Math.max(0, 1 - Math.abs(k + 0.5 - centre) / reach);
        sum += weights[i][k];
      }
      for (int k = 0; k < from; k++) {
        weights[i][k] /= sum;
      }
    }
    return weights;
  }

  private static float[] values(Tensor tensor) {
    return TensorMemory.segment(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }
}
