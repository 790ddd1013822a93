package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Block;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A way from noise to images, by a diffusion model, in steps.
 *
 * <p>Legend: N images, C channels, H height, W width.
 */
public sealed interface Sampler permits Ddim, Ddpm {

  /** The time steps at which the model is asked, the noisiest first. */
  int[] timeSteps(NoiseSchedule schedule);

  /**
   * One step.
   *
   * @param x at a time step, [N, C, H, W]
   * @param noise predicted in x
   * @param t one of {@link #timeSteps}
   * @param fresh where new noise comes from
   * @return x at the next of the time steps; after the last, images
   */
  Tensor step(NoiseSchedule schedule, Tensor x, Tensor noise, int t, NoiseSource fresh);

  /**
   * Images from noise, without gradient.
   *
   * @param start standard normal noise, [N, C, H, W]
   * @param guidance what is wanted
   * @param fresh where further noise comes from
   * @return [N, C, H, W], owned by the caller's scope
   */
  default Tensor sample(Denoiser denoiser, Guidance guidance, Tensor start, NoiseSource fresh) {
    NoiseSchedule schedule = denoiser.schedule();
    return Block.apply(
        start,
        first -> {
          Tensor x = first.retainReference();
          try (AutoGradMode _ = new AutoGradMode(false)) {
            for (int t : timeSteps(schedule)) {
              x = next(denoiser, guidance, x, t, fresh);
            }
          }
          // Of all that was on the way, this alone is left.
          PointerScope.getInnerScope().attach(x);
          x.releaseReference();
          return x;
        });
  }

  private Tensor next(Denoiser denoiser, Guidance guidance, Tensor x, int t, NoiseSource fresh) {
    try (PointerScope _ = new PointerScope()) {
      Tensor when = Tensor.create(LongStream.generate(() -> t).limit(x.size(0)).toArray());
      Tensor noise = guidance.noise(denoiser, x, when.to(x.device(), ScalarType.Long));
      Tensor next = step(denoiser.schedule(), x, noise, t, fresh).retainReference();
      x.releaseReference();
      return next;
    }
  }
}
