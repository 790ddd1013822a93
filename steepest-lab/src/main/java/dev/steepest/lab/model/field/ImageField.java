package dev.steepest.lab.model.field;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.State;
import org.bytedeco.pytorch.Tensor;

/**
 * Several images, each in parameters of its own: what is optimised when images are. Image i depends
 * on its own part of the parameters alone.
 */
public abstract class ImageField extends Network {
  private final Canvas canvas;

  protected ImageField(State state, Canvas canvas) {
    super(state);
    this.canvas = canvas;
  }

  /** How many images of which size. */
  public final Canvas canvas() {
    return canvas;
  }

  /**
   * Draws images; differentiable.
   *
   * @param which int64 [B], indices of images, each at most once
   * @return [B, C, H, W] in the range of the data, −1 to 1, which is not enforced
   */
  @Override
  public abstract Tensor forward(Tensor which);
}
