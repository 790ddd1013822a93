package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.data.ImageSet;
import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.data.TensorMemory;
import dev.steepest.lab.data.TestImages;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AugmentationTest {

  private static final int SIZE = 3 * 12 * 10;
  private static final Normalization NORMALIZATION =
      new Normalization(List.of(0.49f, 0.48f, 0.45f), List.of(0.2f, 0.19f, 0.21f));
  private static final ImageSet IMAGES = TestImages.noise(400, 3, 12, 10, 10);
  private static final long[] IDS = LongStream.range(0, 400).toArray();

  @AfterAll
  static void free() {
    IMAGES.close();
  }

  @Test
  void evaluationIsNormalizationAsTorchDoesIt() {
    float[] actual = apply(AugmentationPlan.NONE, IMAGES, IDS, 0);
    try (PointerScope _ = new PointerScope()) {
      Tensor unit = IMAGES.images().to(ScalarType.Float).div(new Scalar(255.0));
      Tensor mean = torch.tensor(0.49f, 0.48f, 0.45f).view(1, 3, 1, 1);
      Tensor std = torch.tensor(0.2f, 0.19f, 0.21f).view(1, 3, 1, 1);
      // Exact: the same float32 operations in the same order.
      assertThat(actual).isEqualTo(floats(unit.sub(mean).div(std).contiguous()));
    }
  }

  @Test
  void channelsLastHoldsTheSameValues() {
    Augmentation first =
        new Augmentation(
            AugmentationPlan.CIFAR_BENCHMARK, NORMALIZATION, ChannelOrder.CHANNELS_FIRST);
    Augmentation last =
        new Augmentation(
            AugmentationPlan.CIFAR_BENCHMARK, NORMALIZATION, ChannelOrder.CHANNELS_LAST);
    try (PointerScope _ = new PointerScope();
        Tensor a = first.apply(IMAGES.images(), IDS, 1, 2);
        Tensor b = last.apply(IMAGES.images(), IDS, 1, 2)) {
      assertThat(b.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertThat(b.is_contiguous()).isFalse();
      assertThat(a.equal(b)).isTrue();
    }
  }

  @Test
  void aSampleDoesNotDependOnItsBatch() {
    float[] together = apply(AugmentationPlan.CIFAR_BENCHMARK, IMAGES, IDS, 3);
    long[] picks = {399, 7, 200};
    try (ImageSet few = IMAGES.subset(picks)) {
      float[] apart = apply(AugmentationPlan.CIFAR_BENCHMARK, few, picks, 3);
      for (int i = 0; i < picks.length; i++) {
        assertThat(image(apart, i)).isEqualTo(image(together, (int) picks[i]));
      }
    }
  }

  @Test
  void aSampleDoesNotDependOnTheThread() throws Exception {
    float[] expected = apply(AugmentationPlan.CIFAR_BENCHMARK, IMAGES, IDS, 3);
    Callable<float[]> task = () -> apply(AugmentationPlan.CIFAR_BENCHMARK, IMAGES, IDS, 3);
    try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
      for (Future<float[]> result : pool.invokeAll(List.of(task, task, task))) {
        assertThat(result.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void seedAndEpochChangeTheResult() {
    float[] base = apply(AugmentationPlan.CIFAR_BENCHMARK, IMAGES, IDS, 3);
    assertThat(apply(AugmentationPlan.CIFAR_BENCHMARK, IMAGES, IDS, 4)).isNotEqualTo(base);
    Augmentation augmentation = augmentation(AugmentationPlan.CIFAR_BENCHMARK);
    try (Tensor other = augmentation.apply(IMAGES.images(), IDS, 2, 3)) {
      assertThat(floats(other)).isNotEqualTo(base);
    }
  }

  /**
   * Each result is one of the crops (and mirrored crops) of a plainly padded image, and all of them
   * occur among 400 samples × 8 epochs.
   */
  @ParameterizedTest
  @EnumSource(PadMode.class)
  void cropsAreThoseOfThePaddedImage(PadMode mode) {
    int pad = 2;
    AugmentationPlan plan = new AugmentationPlan(Policy.NONE, pad, mode, Flip.RANDOM, 0);
    byte[] pixels = TensorMemory.segment(IMAGES.images()).toArray(ValueLayout.JAVA_BYTE);
    Set<Integer> seen = new HashSet<>();
    for (int epoch = 0; epoch < 8; epoch++) {
      float[] actual = apply(plan, IMAGES, IDS, epoch);
      for (int i = 0; i < IDS.length; i++) {
        int[][][] padded = PlainCrop.pad(pixels, i * SIZE, 3, 12, 10, pad, mode);
        int which = PlainCrop.find(image(actual, i), padded, pad, 12, 10, NORMALIZATION);
        assertThat(which).as("crop of sample %d in epoch %d", i, epoch).isNotNegative();
        seen.add(which);
      }
    }
    assertThat(seen).hasSize(2 * 5 * 5);
  }

  @Test
  void alternatingFlipMirrorsEveryOtherEpoch() {
    AugmentationPlan plan =
        new AugmentationPlan(Policy.NONE, 0, PadMode.ZEROS, Flip.ALTERNATING, 0);
    float[] zero = apply(plan, IMAGES, IDS, 0);
    float[] one = apply(plan, IMAGES, IDS, 1);
    float[] plain = apply(AugmentationPlan.NONE, IMAGES, IDS, 0);
    assertThat(apply(plan, IMAGES, IDS, 2)).isEqualTo(zero);
    assertThat(apply(plan, IMAGES, IDS, 3)).isEqualTo(one);
    int mirrored = 0;
    for (int i = 0; i < IDS.length; i++) {
      boolean first = !Arrays.equals(image(zero, i), image(plain, i));
      boolean second = !Arrays.equals(image(one, i), image(plain, i));
      assertThat(first).isNotEqualTo(second);
      mirrored += first ? 1 : 0;
    }
    // 400 fair coins: four standard deviations are 40.
    assertThat(mirrored).isBetween(160, 240);
  }

  @Test
  void erasesOneRectangleWithinItsBounds() {
    AugmentationPlan plan = new AugmentationPlan(Policy.NONE, 0, PadMode.ZEROS, Flip.NONE, 0.25);
    float[] plain = apply(AugmentationPlan.NONE, IMAGES, IDS, 0);
    int erased = 0;
    for (int epoch = 0; epoch < 10; epoch++) {
      float[] actual = apply(plan, IMAGES, IDS, epoch);
      for (int i = 0; i < IDS.length; i++) {
        if (!Arrays.equals(image(actual, i), image(plain, i))) {
          erased++;
          checkRectangle(image(plain, i), image(actual, i));
        }
      }
    }
    // 4,000 coins of .25: mean 1,000, four standard deviations are 110.
    assertThat(erased).isBetween(890, 1110);
  }

  private static void checkRectangle(float[] before, float[] after) {
    int top = 12;
    int bottom = -1;
    int left = 10;
    int right = -1;
    for (int at = 0; at < SIZE; at++) {
      if (before[at] != after[at]) {
        top = Math.min(top, at / 10 % 12);
        bottom = Math.max(bottom, at / 10 % 12);
        left = Math.min(left, at % 10);
        right = Math.max(right, at % 10);
      }
    }
    int height = bottom - top + 1;
    int width = right - left + 1;
    for (int at = 0; at < SIZE; at++) {
      int y = at / 10 % 12;
      int x = at % 10;
      boolean inside = y >= top && y <= bottom && x >= left && x <= right;
      assertThat(after[at]).isEqualTo(inside ? 0 : before[at]);
    }
    // Sides are rounded by up to ½ each from an area of 2 … 33 % and an aspect of .3 … 3.3.
    assertThat((height - 0.5) * (width - 0.5)).isLessThanOrEqualTo(0.33 * 120);
    assertThat((height + 0.5) * (width + 0.5)).isGreaterThanOrEqualTo(0.02 * 120);
    assertThat((height + 0.5) / (width - 0.5)).isGreaterThanOrEqualTo(0.3);
    assertThat((height - 0.5) / (width + 0.5)).isLessThanOrEqualTo(3.3);
  }

  @Test
  void refusesWhatItCannotAugment() {
    Augmentation augmentation = augmentation(AugmentationPlan.AIRBENCH);
    try (ImageSet grey = TestImages.noise(2, 1, 8, 8, 2);
        ImageSet tiny = TestImages.noise(2, 3, 2, 8, 2)) {
      assertThatThrownBy(() -> augmentation.apply(grey.images(), new long[] {0, 1}, 0, 0))
          .hasMessage("images have 1 channels, the normalization 3");
      assertThatThrownBy(() -> augmentation.apply(tiny.images(), new long[] {0, 1}, 0, 0))
          .hasMessage("reflect padding must be below the image size 2×8, got 2");
      assertThatThrownBy(() -> augmentation.apply(tiny.images(), new long[] {0}, 0, 0))
          .hasMessage("2 images but 1 sample ids");
      assertThatThrownBy(() -> augmentation.apply(tiny.labels(), new long[] {0}, 0, 0))
          .hasMessageContaining("takes uint8 images [B, C, H, W]");
    }
  }

  private static Augmentation augmentation(AugmentationPlan plan) {
    return new Augmentation(plan, NORMALIZATION, ChannelOrder.CHANNELS_FIRST);
  }

  private static float[] apply(AugmentationPlan plan, ImageSet set, long[] ids, long epoch) {
    try (Tensor result = augmentation(plan).apply(set.images(), ids, 1, epoch)) {
      return floats(result);
    }
  }

  private static float[] floats(Tensor tensor) {
    return TensorMemory.segment(tensor).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private static float[] image(float[] batch, int i) {
    return Arrays.copyOfRange(batch, i * SIZE, (i + 1) * SIZE);
  }
}
