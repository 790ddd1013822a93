package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.denoise.Projection;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;

/**
 * A map that has been through a transformer over its pixels, added to the map.
 *
 * <p>The layers before and after it are linear over channels; stored as 1×1 convolutions, they are
 * the same products, and are computed as such.
 *
 * <p>Legend: N images, C channels, H height, W width, T = H·W, S tokens of the prompt, c features
 * of a token.
 */
final class PixelTransformer {
  private static final double EPSILON = 1e-6;

  private final FrozenGroupNorm norm;
  private final Linear in;
  private final TransformerBlock block;
  private final Linear out;

  PixelTransformer(
      Shelf shelf,
      UnetConfig.Level level,
      UnetConfig config,
      SequencedMap<String, Projection> projections) {
    norm = new FrozenGroupNorm(shelf.at("norm"), level.channels(), config.groups(), EPSILON);
    in = projection(shelf.at("proj_in"), level.channels(), config.entry());
    block = new TransformerBlock(shelf.at("transformer_blocks").at(0), level, config, projections);
    out = projection(shelf.at("proj_out"), level.channels(), config.entry());
  }

  private static Linear projection(Shelf shelf, long channels, UnetConfig.Entry entry) {
    return switch (entry) {
      case LINEAR -> shelf.linear(channels, channels);
      case CONVOLUTION -> shelf.pixelwise(channels, channels);
    };
  }

  /** [N, C, H, W] and the prompt [N, S, c] → [N, C, H, W]. */
  Tensor apply(Tensor x_NCHW, Tensor prompt_NSc) {
    Tensor tokens_NTC = norm.apply(x_NCHW).permute(0, 2, 3, 1).flatten(1, 2);
    Tensor seen_NTC = out.apply(block.apply(in.apply(tokens_NTC), prompt_NSc));
    Tensor map_NCHW = seen_NTC.transpose(1, 2).reshape(x_NCHW.sizes());
    return x_NCHW.add(map_NCHW);
  }
}
