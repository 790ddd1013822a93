package dev.steepest.lab.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AugmentationPlanTest {

  @Test
  void publishedPlansAreAsPublished() {
    assertThat(AugmentationPlan.CIFAR_BENCHMARK)
        .isEqualTo(
            new AugmentationPlan(Policy.TRIVIAL_AUGMENT_WIDE, 4, PadMode.ZEROS, Flip.RANDOM, 0.25));
    assertThat(AugmentationPlan.AIRBENCH)
        .isEqualTo(new AugmentationPlan(Policy.NONE, 2, PadMode.REFLECT, Flip.ALTERNATING, 0));
  }

  @Test
  void refusesImpossibleValues() {
    assertThatThrownBy(() -> new AugmentationPlan(Policy.NONE, -1, PadMode.ZEROS, Flip.NONE, 0))
        .hasMessage("crop padding must be at least 0, got -1");
    assertThatThrownBy(
            () -> new AugmentationPlan(Policy.NONE, 0, PadMode.ZEROS, Flip.NONE, Double.NaN))
        .hasMessage("erase probability must be within 0 … 1, got NaN");
  }
}
