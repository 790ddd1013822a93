package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.gelu;

import dev.steepest.lab.model.Linear;
import dev.steepest.lab.model.denoise.Projection;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Pixels that see each other, then the prompt, then an MLP of each with a gate (GEGLU; Shazeer,
 * 2020, arXiv:2002.05202): u·GELU(g), u and g the halves of one product. Norms first; each result
 * is added.
 *
 * <p>Legend: N images, T pixels, D features, S tokens of the prompt, c features of a token.
 */
final class TransformerBlock {
  private static final long WIDER = 4;
  private static final double EPSILON = 1e-5;

  private final FrozenLayerNorm norm1;
  private final UnetAttention self;
  private final FrozenLayerNorm norm2;
  private final UnetAttention cross;
  private final FrozenLayerNorm norm3;
  private final Linear up;
  private final Linear down;

  TransformerBlock(
      Shelf shelf,
      UnetConfig.Level level,
      UnetConfig config,
      SequencedMap<String, Projection> projections) {
    long features = level.channels();
    norm1 = new FrozenLayerNorm(shelf.at("norm1"), features, EPSILON);
    self =
        new UnetAttention(
            shelf.at("attn1"), features, features, level.heads(), config.scores(), projections);
    norm2 = new FrozenLayerNorm(shelf.at("norm2"), features, EPSILON);
    cross =
        new UnetAttention(
            shelf.at("attn2"),
            features,
            config.context(),
            level.heads(),
            config.scores(),
            projections);
    norm3 = new FrozenLayerNorm(shelf.at("norm3"), features, EPSILON);
    up = shelf.at("ff.net.0.proj").linear(features, 2 * WIDER * features);
    down = shelf.at("ff.net.2").linear(WIDER * features, features);
  }

  /** [N, T, D] and the prompt [N, S, c] → [N, T, D]. */
  Tensor apply(Tensor x_NTD, Tensor prompt_NSc) {
    Tensor normed_NTD = norm1.apply(x_NTD);
    Tensor x = x_NTD.add(self.apply(normed_NTD, normed_NTD));
    x = x.add(cross.apply(norm2.apply(x), prompt_NSc));
    TensorVector halves = up.apply(norm3.apply(x)).chunk(2, -1);
    return x.add(down.apply(halves.get(0).mul(gelu(halves.get(1)))));
  }
}
