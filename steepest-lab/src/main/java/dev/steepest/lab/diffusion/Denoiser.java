package dev.steepest.lab.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * A diffusion model in use: what it says of a noisy image. Not thread-safe.
 *
 * <p>Legend: N images, C channels, H height, W width, c numbers of a condition.
 */
public interface Denoiser {

  /** How much noise there is at which time step. */
  NoiseSchedule schedule();

  /** C, H and W of what it denoises. */
  long[] shape();

  /**
   * Predicts the noise ε in x_t; with a graph only where gradients are on.
   *
   * @param x [N, C, H, W]
   * @param t int64 [N]
   * @param conditions [N, c…], rows of {@link Prior#condition}
   * @return [N, C, H, W] in x's type, owned by the caller's scope
   */
  Tensor noise(Tensor x, Tensor t, Tensor conditions);
}
