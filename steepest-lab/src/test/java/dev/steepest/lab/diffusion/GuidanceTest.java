package dev.steepest.lab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class GuidanceTest {

  /** Says of every pixel the number that the condition is, and how many images it was asked for. */
  private static final class Echo implements Denoiser {
    private final List<Long> batches = new ArrayList<>();

    @Override
    public NoiseSchedule schedule() {
      return NoiseSchedule.linear(10, .01, .02);
    }

    @Override
    public long[] shape() {
      return new long[] {1, 2, 2};
    }

    @Override
    public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
      batches.add(x.size(0));
      assertThat(t.size(0)).isEqualTo(x.size(0));
      return conditions.to(ScalarType.Float).view(-1, 1, 1, 1).expand_as(x);
    }
  }

  @Test
  void bothPredictionsAreOneBatch() {
    try (PointerScope _ = new PointerScope()) {
      Echo echo = new Echo();
      Tensor x = torch.zeros(2, 1, 2, 2);
      Tensor t = Tensor.create(3L, 4L);
      Tensor told = Tensor.create(new long[] {5, 7}, 2, 1);
      Tensor nothing = Tensor.create(new long[] {1}, 1, 1);
      Tensor guided = new Guidance(told, nothing, 3).noise(echo, x, t);
      assertThat(value(guided, 0)).isEqualTo(1 + 3 * (5 - 1));
      assertThat(value(guided, 1)).isEqualTo(1 + 3 * (7 - 1));
      assertThat(echo.batches).containsExactly(4L);
      assertThat(value(Guidance.none(told).noise(echo, x, t), 1)).isEqualTo(7);
      assertThat(value(new Guidance(told, nothing, 0).noise(echo, x, t), 1)).isEqualTo(1);
      assertThat(echo.batches).containsExactly(4L, 2L, 2L);
    }
    assertThatThrownBy(() -> new Guidance(new Tensor(), new Tensor(), Double.NaN))
        .hasMessageContaining("guidance = NaN");
  }

  @Test
  void drawnNoiseFollowsFromTheSeed() {
    try (PointerScope _ = new PointerScope()) {
      Tensor like = torch.zeros(100, 100);
      NoiseSource source = NoiseSource.of(4);
      Tensor first = source.like(like);
      Tensor second = source.like(like);
      assertThat(first.equal(NoiseSource.of(4).like(like))).isTrue();
      assertThat(first.equal(second)).isFalse();
      assertThat(Math.abs(first.mean().item_float())).isLessThan(.05f);
      assertThat(first.std().item_float()).isBetween(.97f, 1.03f);
    }
  }

  private static double value(Tensor x, int n) {
    return x.select(0, n).select(0, 0).select(0, 1).select(0, 1).item_float();
  }
}
