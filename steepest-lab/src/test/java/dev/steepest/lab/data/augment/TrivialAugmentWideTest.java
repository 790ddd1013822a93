package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.lab.data.CounterRandom;
import dev.steepest.lab.data.CounterRandom.Purpose;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrivialAugmentWideTest {

  @Test
  void hasTheOperationsOfTorchvisionInItsOrder() {
    assertThat(Arrays.stream(TrivialAugmentWide.values()).map(Enum::name))
        .containsExactly(
            "IDENTITY",
            "SHEAR_X",
            "SHEAR_Y",
            "TRANSLATE_X",
            "TRANSLATE_Y",
            "ROTATE",
            "BRIGHTNESS",
            "COLOR",
            "CONTRAST",
            "SHARPNESS",
            "POSTERIZE",
            "SOLARIZE",
            "AUTO_CONTRAST",
            "EQUALIZE");
  }

  @ParameterizedTest
  @EnumSource(
      value = TrivialAugmentWide.class,
      names = {"SHEAR_X", "TRANSLATE_Y", "ROTATE", "BRIGHTNESS", "SOLARIZE"})
  void levelsAreThoseOfTorchLinspace(TrivialAugmentWide operation) {
    try (PointerScope _ = new PointerScope()) {
      Tensor expected =
          torch.linspace(
              new Scalar((double) operation.level(0)),
              new Scalar((double) operation.level(TrivialAugmentWide.BINS - 1)),
              TrivialAugmentWide.BINS);
      for (int bin = 0; bin < TrivialAugmentWide.BINS; bin++) {
        assertThat(operation.level(bin)).isEqualTo(expected.get(bin).item_float());
      }
    }
  }

  @Test
  void extremesAreThoseOfTorchvision() {
    assertThat(TrivialAugmentWide.SHEAR_X.level(30)).isEqualTo(0.99f);
    assertThat(TrivialAugmentWide.TRANSLATE_X.level(30)).isEqualTo(32f);
    assertThat(TrivialAugmentWide.ROTATE.level(30)).isEqualTo(135f);
    assertThat(TrivialAugmentWide.SOLARIZE.level(0)).isEqualTo(255f);
    assertThat(TrivialAugmentWide.SOLARIZE.level(30)).isZero();
    assertThat(TrivialAugmentWide.POSTERIZE.level(30)).isEqualTo(2f);
  }

  /** A translation over the whole width leaves black: torchvision's own behaviour on 32×32. */
  @Test
  void strongestTranslationLeavesBlack() {
    Picture picture = noise();
    TrivialAugmentWide.TRANSLATE_X.apply(picture, 32);
    assertThat(picture.pixels).containsOnly(0);
  }

  /**
   * Among 20,000 samples every (operation, level, sign) that changes a noise image differently is
   * met: 8 signed operations without their zero, and the unsigned ones.
   */
  @Test
  void drawsEveryOperationAndStrength() {
    Set<Integer> drawn = new HashSet<>();
    for (int sample = 0; sample < 20_000; sample++) {
      Picture picture = noise();
      TrivialAugmentWide.applyRandom(picture, CounterRandom.of(Purpose.AUGMENTATION, 1, 0, sample));
      drawn.add(Arrays.hashCode(picture.pixels));
    }
    Set<Integer> possible = new HashSet<>();
    for (TrivialAugmentWide operation : TrivialAugmentWide.values()) {
      for (int bin = 0; bin < TrivialAugmentWide.BINS; bin++) {
        for (int sign : operation.signed() ? new int[] {1, -1} : new int[] {1}) {
          Picture picture = noise();
          operation.apply(picture, sign * operation.level(bin));
          possible.add(Arrays.hashCode(picture.pixels));
        }
      }
    }
    assertThat(drawn).isEqualTo(possible);
  }

  private static Picture noise() {
    Picture picture = new Picture(3, 32, 32);
    new Random(3).nextBytes(picture.pixels);
    return picture;
  }
}
