package dev.steepest.lab.diffusion;

import org.bytedeco.pytorch.Tensor;

/** A trained diffusion model, frozen, that understands words. */
public interface Prior extends Denoiser, AutoCloseable {

  /**
   * What the model is told by a prompt.
   *
   * @param prompt in the model's language; empty for nothing
   * @return [1, c…], to be stacked along the first dimension; owned by the caller's scope
   * @throws IllegalArgumentException for words that it does not know, naming those that it does
   */
  Tensor condition(String prompt);

  /**
   * Frees what is only needed to understand prompts, for whoever has no more of them; the next
   * prompt reads it again. Nothing for most.
   */
  default void releaseText() {}

  /**
   * Images of what it denoises: itself for a model of pixels, decoded for one of latents.
   *
   * @param x [N, C, H, W]
   * @return [N, colours, height, width], −1 to 1, not clipped
   */
  Tensor decode(Tensor x);

  /**
   * The inverse of {@link #decode}, as far as there is one.
   *
   * @param images [N, colours, height, width], −1 to 1
   */
  Tensor encode(Tensor images);

  /** Colours, height and width of what {@link #decode} makes of one. */
  default long[] imageShape() {
    return shape();
  }

  @Override
  void close();
}
