package dev.steepest.lab.model.denoise;

import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.State;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;

/**
 * A network that finds the noise in a noisy image.
 *
 * <p>Legend: N images, C channels, H height, W width.
 */
public abstract class DenoisingNetwork extends Network {
  private final Conditions conditions;

  protected DenoisingNetwork(State state, Conditions conditions) {
    super(state);
    this.conditions = conditions;
  }

  /** What it is told of an image. */
  public final Conditions conditions() {
    return conditions;
  }

  /**
   * Predicts the noise ε in x_t.
   *
   * @param x float32 [N, C, H, W]
   * @param t int64 [N], the time step of each image
   * @param labels int64 [N, 2], class and quality; {@link Conditions#noClass} and {@link
   *     Conditions#noQuality} where it is not told
   * @return [N, C, H, W], owned by the caller's scope
   */
  public abstract Tensor noise(Tensor x, Tensor t, Tensor labels);

  /**
   * The products that a low-rank addition may go to, by name: queries, keys, values and results of
   * every attention. Empty for a network without attention.
   */
  public SequencedMap<String, Projection> projections() {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
  }

  /**
   * {@link #noise} in parts, from x to the noise, for going back through them in little memory; the
   * whole in one part for a network that does not say more.
   */
  public List<Stage> stages(Tensor t, Tensor labels) {
    return List.of(in -> List.of(noise(in.getFirst(), t, labels)));
  }

  /** A network of the same settings with other initial values, on the CPU; the caller closes it. */
  public abstract DenoisingNetwork another();

  /** A denoising network has no answer to an image alone. */
  @Override
  public final Tensor forward(Tensor x) {
    throw new UnsupportedOperationException(
        "A denoising network is asked with noise(x, t, labels).");
  }
}
