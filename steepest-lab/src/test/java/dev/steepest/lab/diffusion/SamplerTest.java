package dev.steepest.lab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Samplers with a model that is right: of data that is one image, they must find that image. */
class SamplerTest {

  /** Knows that all images are the same one. */
  private record OneImage(Tensor image, NoiseSchedule schedule) implements Denoiser {
    @Override
    public long[] shape() {
      return new long[] {1, 4, 4};
    }

    @Override
    public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
      return x.sub(image.mul(schedule.signal(t, x))).div(schedule.noise(t, x));
    }
  }

  @Test
  void allFindTheOnlyImage() {
    NoiseSchedule schedule = NoiseSchedule.linear(100, 1e-3, .2);
    List<Sampler> samplers =
        List.of(
            new Ddpm(0),
            new Ddim(10),
            new Ddim(10).within(1),
            new Ddim(10, .5, 0, Ddim.End.CLEAN, 1),
            new Ddim(7, .5, 3, Ddim.End.CLEAN, Double.POSITIVE_INFINITY),
            new Ddim(100, 1, 0, Ddim.End.CLEAN, Double.POSITIVE_INFINITY));
    try (PointerScope _ = new PointerScope()) {
      Tensor image = torch.rand(1, 1, 4, 4).to(ScalarType.Double);
      OneImage model = new OneImage(image, schedule);
      Tensor start = torch.randn(3, 1, 4, 4).to(ScalarType.Double).set_requires_grad(true);
      Tensor nothing = Tensor.create(new long[] {0}, 1, 1);
      for (Sampler sampler : samplers) {
        Tensor found =
            sampler.sample(model, new Guidance(nothing, nothing, 2), start, NoiseSource.of(1));
        assertThat(found.sub(image).abs().max().item_double())
            .as(sampler.toString())
            .isLessThan(1e-9);
        assertThat(found.requires_grad()).isFalse();
      }
      assertThat(start.requires_grad()).isTrue();
    }
  }

  /** What is always asked to be lighter ends white, not beyond it. */
  @Test
  void whatIsBoundedStaysInTheRangeOfImages() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000, 1e-4, .02);
    Denoiser lighter =
        new Denoiser() {
          @Override
          public NoiseSchedule schedule() {
            return schedule;
          }

          @Override
          public long[] shape() {
            return new long[] {1, 4, 4};
          }

          @Override
          public Tensor noise(Tensor x, Tensor t, Tensor conditions) {
            return x.mul(schedule.noise(t, x)).sub(new Scalar(.5));
          }
        };
    try (PointerScope _ = new PointerScope()) {
      Tensor start = torch.zeros(1, 1, 4, 4).to(ScalarType.Double);
      Guidance guidance = Guidance.none(Tensor.create(new long[] {0}, 1, 1));
      assertThat(largest(new Ddim(50), lighter, guidance, start)).isGreaterThan(2);
      assertThat(largest(new Ddim(50).within(1), lighter, guidance, start)).isEqualTo(1);
    }
  }

  private static double largest(Ddim sampler, Denoiser model, Guidance guidance, Tensor start) {
    return sampler.sample(model, guidance, start, NoiseSource.of(1)).abs().max().item_double();
  }

  @Test
  void noiseIsDrawnOnceForEachStepThatHasAny() {
    NoiseSchedule schedule = NoiseSchedule.linear(100, 1e-3, .2);
    try (PointerScope _ = new PointerScope()) {
      OneImage model = new OneImage(torch.zeros(1, 1, 4, 4), schedule);
      Guidance guidance = Guidance.none(Tensor.create(new long[] {0}, 1, 1));
      int[] drawn = {0};
      NoiseSource counting =
          x -> {
            drawn[0]++;
            return torch.zeros_like(x);
          };
      new Ddpm(0).sample(model, guidance, torch.randn(1, 1, 4, 4), counting);
      assertThat(drawn[0]).isEqualTo(99);
      new Ddim(20).sample(model, guidance, torch.randn(1, 1, 4, 4), counting);
      assertThat(drawn[0]).isEqualTo(99);
    }
  }
}
