package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Check;
import java.util.List;

/**
 * The shape of an autoencoder of Stable Diffusion.
 *
 * @param colours channels of an image
 * @param latent channels of a latent
 * @param channels of the maps, from the full resolution to the latent's, each half of that before
 *     it
 * @param layers residual blocks of a resolution in the encoder; one more in the decoder
 * @param groups of its group norms
 * @param scaling what a latent is multiplied by to have a variance of about 1
 */
public record VaeConfig(
    int colours, int latent, List<Integer> channels, int layers, int groups, double scaling) {
  /** ε of its group norms. */
  static final double EPSILON = 1e-6;

  public VaeConfig {
    channels = List.copyOf(channels);
    Check.range("channels of an image", colours, 1, 1000);
    Check.range("channels of a latent", latent, 1, 1000);
    Check.range("resolutions", channels.size(), 1, 10);
    Check.range("layers of a resolution", layers, 1, 100);
    Check.range("groups of a norm", groups, 1, 100_000);
    Check.that(scaling > 0, "The scaling %s of latents is not positive.".formatted(scaling));
    for (int count : channels) {
      Check.range("channels of a resolution", count, 1, 1_000_000);
      Check.that(
          count % groups == 0,
          "%d channels of a resolution are no multiple of %d groups.".formatted(count, groups));
    }
  }

  /** Pixels of an image along a latent's pixel. */
  public int shrinkage() {
    return 1 << (channels.size() - 1);
  }
}
