package dev.steepest.lab.diffusion;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Denoising diffusion probabilistic models (Ho et al. 2020, arXiv:2006.11239, algorithm 2): every
 * time step from the last down,
 *
 * <pre>
 * x_{t−1} = (x_t − ε·(1−α_t)/√(1−ᾱ_t)) / √α_t + √β_t·z
 * </pre>
 *
 * <p>with z = 0 in the last.
 *
 * @param last the time step with which it ends: 1 for schedules that are {@link
 *     NoiseSchedule#counted counted from 1}, else 0
 */
public record Ddpm(int last) implements Sampler {
  public Ddpm {
    if (last != 0 && last != 1) {
      throw new IllegalArgumentException(
          "last = %d: time steps end with 0, or with 1 where they are counted from it."
              .formatted(last));
    }
  }

  @Override
  public int[] timeSteps(NoiseSchedule schedule) {
    int most = schedule.steps() - 1;
    return IntStream.rangeClosed(last, most).map(i -> most + last - i).toArray();
  }

  @Override
  public Tensor step(NoiseSchedule schedule, Tensor x, Tensor noise, int t, NoiseSource fresh) {
    double share = schedule.beta(t) / schedule.noise(t);
    Tensor next =
        x.sub(noise.mul(new Scalar(share))).mul(new Scalar(1 / Math.sqrt(schedule.alpha(t))));
    return t == last ? next : next.add_(fresh.like(x).mul(new Scalar(Math.sqrt(schedule.beta(t)))));
  }
}
