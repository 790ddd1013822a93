package dev.steepest.lab.model.field;

import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.State;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * Several images, each in parameters of its own: what is optimised when images are. Image i depends
 * on its own part of the parameters alone, which is one block of rows of each: see {@link
 * dev.steepest.optim.Parameter#blocks}.
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

  /**
   * Makes the parameters draw given images, or as nearly as they can: a representation that cannot
   * take them over is fitted to them. Deterministic; leaves no gradient.
   *
   * @param images [N, C, H, W], all of the canvas
   * @return root mean square of what is left between the given images and those that are drawn now;
   *     0 where they are taken over
   * @throws IllegalArgumentException if the shape is not the canvas's
   */
  public final double begin(Tensor images) {
    long[] wanted = {canvas.images(), canvas.channels(), canvas.size(), canvas.size()};
    Check.that(
        Arrays.equals(State.shape(images), wanted),
        "Images to begin with have the shape %s, but %s are drawn (images, channels, height,"
                .formatted(Arrays.toString(State.shape(images)), Arrays.toString(wanted))
            + " width); give images of that shape.");
    return fit(images);
  }

  /** {@link #begin} of images that have the right shape. */
  protected double fit(Tensor images) {
    return Fit.adam(this, images, fittingRate());
  }

  /**
   * Learning rate of {@link #fit}. Those of all representations are measured: the best of .001,
   * .002, .005, .01 and .03 on a ring and a square of 32 pixels.
   */
  protected double fittingRate() {
    return 0.002;
  }
}
