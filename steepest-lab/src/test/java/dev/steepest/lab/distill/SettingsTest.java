package dev.steepest.lab.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.steepest.lab.distill.VariationalSettings.Form;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void timesAreDrawnFromTheWholeRange() {
    try (PointerScope _ = new PointerScope()) {
      torch.manual_seed(1);
      Tensor drawn = TimeRange.USUAL.draw(100_000, 1000, .5); // each of 961 about 104 times
      assertThat(drawn.min().item_long()).isEqualTo(20);
      assertThat(drawn.max().item_long()).isEqualTo(980);
      assertThat(drawn.to(torch.ScalarType.Double).mean().item_double()).isBetween(496., 504.);
    }
  }

  @Test
  void theLargestTimeFalls() {
    var linear = new TimeRange(.02, .98, Annealing.LINEAR);
    assertThat(linear.last(1000, 0)).isEqualTo(980);
    assertThat(linear.last(1000, .25)).isEqualTo(740);
    assertThat(linear.last(1000, 1)).isEqualTo(20);
    var root = new TimeRange(.02, .98, Annealing.ROOT);
    assertThat(root.last(1000, .25)).isEqualTo(500);
    assertThat(TimeRange.USUAL.last(1000, .9)).isEqualTo(980);
    assertThat(new TimeRange(1, 1, Annealing.NONE).last(1000, 0)).isEqualTo(999);
    try (PointerScope _ = new PointerScope()) {
      torch.manual_seed(1);
      assertThat(linear.draw(10_000, 1000, .25).max().item_long()).isEqualTo(740);
    }
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TimeRange(.5, .2, Annealing.NONE))
        .withMessageContaining("0.5, lies above the most, 0.2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TimeRange(0, 1.5, Annealing.NONE))
        .withMessageContaining("most time = 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DistillationSettings.of(Mode.SDS).withGuidance(-1))
        .withMessageContaining("guidance = -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DistillationSettings.of(Mode.SDS).withGuidance(Double.NaN))
        .withMessageContaining("guidance = NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VariationalSettings(Form.LORA, 0, 1e-4, false))
        .withMessageContaining("rank = 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VariationalSettings(Form.LORA, 4, 0, false))
        .withMessageContaining("learning rate, 0.0");
  }

  @Test
  void promptsAreMadeFromPrompts() {
    assertThat(new PromptPattern("{subject}, degraded").of("star , clean"))
        .isEqualTo("star, degraded");
    assertThat(new PromptPattern("{subject}, degraded").of("star")).isEqualTo("star, degraded");
    assertThat(new PromptPattern("{prompt}, detailed, {prompt}").of("a {subject}"))
        .isEqualTo("a {subject}, detailed, a {subject}");
    assertThat(new PromptPattern(", degraded").of("star")).isEqualTo(", degraded");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PromptPattern("{class}, degraded"))
        .withMessageContaining("{prompt} or {subject}");
  }
}
