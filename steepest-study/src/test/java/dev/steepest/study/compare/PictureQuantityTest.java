package dev.steepest.study.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steepest.study.experiment.DecisionRule.Goal;
import org.junit.jupiter.api.Test;

class PictureQuantityTest {

  @Test
  void sharesArePercentagesAndTheSplitIsNotNamed() {
    Quantity confidence = Quantity.of("test_confidence");
    assertThat(confidence.better()).isEqualTo(Goal.MAXIMIZE);
    assertThat(confidence.value(.961)).isEqualTo("96.10 %");
    assertThat(confidence.amount(.06)).isEqualTo("6.00 points of judge confidence");
    assertThat(Quantity.of("val_confidence").label()).isEqualTo(confidence.label());
    Quantity clipped = Quantity.of("test_clipped");
    assertThat(clipped.better()).isEqualTo(Goal.MINIMIZE);
    assertThat(clipped.value(.125)).isEqualTo("12.50 %");
    assertThat(clipped.label()).isEqualTo("clipped share");
  }

  @Test
  void distancesAndResidualsArePlainNumbers() {
    assertThat(Quantity.of("test_rms").value(1.1)).isEqualTo("1.1000");
    assertThat(Quantity.of("test_rms").label()).isEqualTo("RMS of pixels");
    assertThat(Quantity.of("test_diversity").better()).isEqualTo(Goal.MAXIMIZE);
    assertThat(Quantity.of("test_residual").better()).isEqualTo(Goal.MINIMIZE);
    assertThat(Quantity.of("test_residual").amount(.012)).isEqualTo("0.0120 of noise residual");
    assertThat(Quantity.of("val_own_residual").better()).isEqualTo(Goal.MINIMIZE);
    assertThat(Quantity.of("val_own_residual").amount(.012))
        .isEqualTo("0.0120 of noise residual of the own model");
  }

  @Test
  void stepsToAConfidenceAreStepsAndShouldBeFew() {
    Quantity steps = Quantity.of("steps_to_confidence");
    assertThat(steps.better()).isEqualTo(Goal.MINIMIZE);
    assertThat(steps.label()).isEqualTo("steps to confidence");
    assertThat(steps.value(126.67)).isEqualTo("126.7");
    assertThat(steps.amount(-26.67)).isEqualTo("26.7 steps to confidence");
  }
}
