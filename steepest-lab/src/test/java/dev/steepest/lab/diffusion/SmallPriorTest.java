package dev.steepest.lab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.lab.model.denoise.DenoisingNetwork;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SmallPriorTest {
  private static SmallPrior prior(List<String> classes) {
    var network =
        (DenoisingNetwork)
            Denoisers.all()
                .getFirst()
                .create(new Conditions(1, 16, 2, 2), Map.of("width", 8, "blocks", 1), 1);
    return new SmallPrior(
        network, NoiseSchedule.linear(1000, 1e-4, .02), classes, List.of("clean", "degraded"));
  }

  @Test
  void understandsClassesAndQualities() {
    try (PointerScope _ = new PointerScope();
        SmallPrior prior = prior(List.of("star", "ring"))) {
      assertThat(row(prior.condition("ring, clean"))).containsExactly(1, 0);
      assertThat(row(prior.condition("star"))).containsExactly(0, 2);
      assertThat(row(prior.condition(" , degraded"))).containsExactly(2, 1);
      assertThat(row(prior.condition(""))).containsExactly(2, 2);
      assertThat(prior.condition("star").sizes().vec().get()).containsExactly(1, 2);
      assertThatThrownBy(() -> prior.condition("stra, clean"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no class 'stra'; did you mean 'star'?");
      assertThatThrownBy(() -> prior.condition("star, lovely"))
          .hasMessageContaining("no quality 'lovely'; known: clean, degraded");
      assertThatThrownBy(() -> prior.condition("star, clean, big")).hasMessageContaining("3 parts");
    }
  }

  @Test
  void isFrozen() {
    try (PointerScope _ = new PointerScope();
        SmallPrior prior = prior(List.of("star", "ring"))) {
      Tensor noise =
          prior.noise(
              torch.randn(1, 1, 16, 16), Tensor.create(new long[] {7}), prior.condition("star"));
      assertThat(noise.requires_grad()).isFalse();
      assertThat(prior.shape()).containsExactly(1, 16, 16);
    }
    assertThatThrownBy(() -> prior(List.of("star"))).hasMessageContaining("2 classes");
  }

  private static long[] row(Tensor condition) {
    return new long[] {condition.select(1, 0).item_long(), condition.select(1, 1).item_long()};
  }
}
