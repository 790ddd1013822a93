package dev.steepest.lab.distill;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.full;

import dev.steepest.lab.diffusion.FixedNoise;
import dev.steepest.lab.diffusion.NoiseSchedule;
import dev.steepest.lab.diffusion.Prior;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How far a model is from finding the noise in an image, told its prompt: the mean of (ε_y − ε)² at
 * time steps and noise that are the same at every look of every run.
 *
 * <p>Of the prior it says how well an image fits it, but only together with what the image shows:
 * flat grey fits well.
 *
 * <p>Legend: B images of a batch, N of the field, C channels, H height, W width, K time steps.
 */
final class Residual implements AutoCloseable {
  /** Assumed: little noise, some, much; each costs a forward pass at every look. */
  private static final List<Double> LEVELS = List.of(.2, .5, .8); // shares of T

  private final NoiseSchedule schedule;
  private final Tensor noise_NCHW;

  /** A model that finds noise: x_t [B, C, H, W], t int64 [B], conditions [B, c…] → [B, C, H, W]. */
  @FunctionalInterface
  interface Finder {
    Tensor noise(Tensor xt, Tensor t, Tensor conditions);
  }

  /**
   * Draws the noise.
   *
   * @param prior whose images and time steps these are
   * @param images N
   */
  Residual(Prior prior, int images) {
    schedule = prior.schedule();
    try (PointerScope _ = new PointerScope()) {
      noise_NCHW =
          FixedNoise.MEASURED
              .of(LongStream.range(0, images).toArray(), prior.shape())
              .retainReference();
    }
  }

  /**
   * Of each image: float64 [B].
   *
   * @param asked who finds the noise
   * @param x_BCHW images
   * @param which int64 [B], their indices in the field
   * @param conditions [B, c…], their prompts'
   */
  Tensor of(Finder asked, Tensor x_BCHW, Tensor which, Tensor conditions) {
    Tensor noise_BCHW = noise_NCHW.to(x_BCHW.device(), x_BCHW.scalar_type()).index_select(0, which);
    var noisy = new TensorVector();
    var times = new TensorVector();
    var told = new TensorVector();
    var noises = new TensorVector();
    for (double level : LEVELS) {
      long t = Math.round(level * (schedule.steps() - 1));
      Tensor t_B =
          full(new long[] {x_BCHW.size(0)}, new Scalar(t)).to(x_BCHW.device(), ScalarType.Long);
      times.push_back(t_B);
      noisy.push_back(schedule.addNoise(x_BCHW, noise_BCHW, t_B));
      told.push_back(conditions);
      noises.push_back(noise_BCHW);
    }
    // [K·B, …]: one pass for all time steps
    Tensor found = asked.noise(cat(noisy, 0), cat(times, 0), cat(told, 0));
    Tensor squares = found.sub(cat(noises, 0)).to(ScalarType.Double).square();
    return squares.flatten(1, -1).mean(1).view(LEVELS.size(), -1).mean(0);
  }

  @Override
  public void close() {
    noise_NCHW.releaseReference();
  }
}
