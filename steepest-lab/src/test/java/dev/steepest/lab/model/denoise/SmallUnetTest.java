package dev.steepest.lab.model.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.steepest.lab.model.Network;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class SmallUnetTest {
  private static final Conditions GREY = new Conditions(1, 32, 10, 2);

  private static DenoisingNetwork small(Conditions conditions) {
    return (DenoisingNetwork) SmallUnet.KIND.create(conditions, Map.of("width", 8, "blocks", 2), 1);
  }

  /** What begins as 0 would hide everything before it. */
  private static void speak(Network network) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      torch.manual_seed(3);
      network
          .parameters()
          .forEach(p -> p.tensor().add_(torch.randn_like(p.tensor()), new Scalar(.1)));
    }
  }

  private static Tensor labels(long... values) {
    return Tensor.create(values, values.length / 2, 2);
  }

  @Test
  void hasItsSize() {
    try (PointerScope _ = new PointerScope();
        var network = new SmallUnet(SmallUnet.Config.of(GREY), 1)) {
      assertThat(network.count()).isEqualTo(558_084);
      assertThat(network.projections()).hasSize(8).containsKey("attention.1.q");
    }
  }

  @Test
  void beginsSilentAndGivesEveryParameterAGradientLater() {
    try (PointerScope _ = new PointerScope();
        DenoisingNetwork network = small(GREY)) {
      Tensor x = torch.randn(2, 1, 32, 32);
      Tensor t = Tensor.create(0L, 999L);
      Tensor labels = labels(3, 1, GREY.noClass(), GREY.noQuality());
      assertThat(network.noise(x, t, labels).abs().max().item_float()).isZero();
      speak(network);
      network.noise(x, t, labels).square().mean().backward();
      assertThat(network.parameters())
          .allSatisfy(p -> assertThat(norm(p.tensor().grad())).as(p.name()).isPositive());
    }
  }

  @Test
  void everyWidthHasHeads() {
    assertThat(SmallUnet.heads(16)).isEqualTo(1);
    assertThat(SmallUnet.heads(128)).isEqualTo(2);
    assertThat(SmallUnet.heads(208)).isEqualTo(2); // three would not be equal
  }

  @Test
  void takesColourAndOtherSizes() {
    Conditions colour = new Conditions(3, 20, 4, 1);
    try (PointerScope _ = new PointerScope();
        DenoisingNetwork network = small(colour)) {
      Tensor noise =
          network.noise(torch.randn(2, 3, 20, 20), Tensor.create(1L, 2L), labels(0, 0, 4, 1));
      assertThat(noise.sizes().vec().get()).containsExactly(2, 3, 20, 20);
    }
    assertThatThrownBy(() -> small(new Conditions(1, 30, 10, 2)))
        .hasMessageContaining("30×30")
        .hasMessageContaining("multiple of 4");
  }

  @Test
  void looksAtEachImageAloneAndAtAllThatItIsTold() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false);
        DenoisingNetwork network = small(GREY)) {
      network.to(new Device("cpu"), ScalarType.Double);
      speak(network);
      Tensor x = torch.randn(1, 1, 32, 32).to(ScalarType.Double).expand(4, 1, 32, 32);
      Tensor y = network.noise(x, Tensor.create(5L, 5L, 5L, 6L), labels(1, 0, 2, 0, 1, 2, 1, 0));
      Tensor alone = network.noise(x.narrow(0, 0, 1), Tensor.create(5L), labels(1, 0));
      assertThat(norm(y.narrow(0, 0, 1).sub(alone))).isCloseTo(0, within(1e-12));
      for (int other = 1; other < 4; other++) {
        assertThat(norm(y.narrow(0, other, 1).sub(alone))).as("told %d", other).isPositive();
      }
    }
  }

  @Test
  void anAdapterAddsItsProduct() {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false);
        var network = new SmallUnet(SmallUnet.Config.of(GREY), 1)) {
      Projection projection = network.projections().get("attention.2.v");
      Tensor x = torch.randn(3, projection.in());
      Tensor before = projection.apply(x);
      Tensor down = torch.randn(4, projection.in());
      Tensor up = torch.randn(projection.out(), 4);
      projection.setAdapter(new LowRank(down, up, 0.5));
      Tensor added = x.matmul(up.matmul(down).t()).mul(new Scalar(0.5));
      assertThat(norm(projection.apply(x).sub(before).sub(added)) / norm(added)).isLessThan(1e-6);
      projection.clearAdapter();
      assertThat(norm(projection.apply(x).sub(before))).isZero();
    }
  }

  private static double norm(Tensor x) {
    return x.to(ScalarType.Double).norm().item_double();
  }
}
