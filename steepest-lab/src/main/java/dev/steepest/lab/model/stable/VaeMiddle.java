package dev.steepest.lab.model.stable;

import dev.steepest.lab.model.Linear;
import org.bytedeco.pytorch.Tensor;

/**
 * The coarsest maps of the autoencoder: a residual block, an attention of all pixels to each other
 * in one head, which is added, and a residual block.
 *
 * <p>Legend: N images, C channels, H height, W width, T = H·W.
 */
final class VaeMiddle {
  private final Resnet resnet1;
  private final FrozenGroupNorm norm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;
  private final Resnet resnet2;

  VaeMiddle(Shelf shelf, VaeConfig config) {
    long channels = config.channels().getLast();
    resnet1 = Resnet.timeless(shelf.at("resnets.0"), channels, channels, config);
    Shelf attention = shelf.at("attentions.0");
    norm =
        new FrozenGroupNorm(
            attention.at("group_norm"), channels, config.groups(), VaeConfig.EPSILON);
    query = attention.at("to_q").linear(channels, channels);
    key = attention.at("to_k").linear(channels, channels);
    value = attention.at("to_v").linear(channels, channels);
    out = attention.at("to_out.0").linear(channels, channels);
    resnet2 = Resnet.timeless(shelf.at("resnets.1"), channels, channels, config);
  }

  /** [N, C, H, W] → [N, C, H, W]. */
  Tensor apply(Tensor x_NCHW) {
    return resnet2.apply(attend(resnet1.apply(x_NCHW)));
  }

  private Tensor attend(Tensor x_NCHW) {
    Tensor x_N1TC = norm.apply(x_NCHW).permute(0, 2, 3, 1).flatten(1, 2).unsqueeze(1);
    Tensor mixed_N1TC =
        AttentionProduct.of(
            query.apply(x_N1TC),
            key.apply(x_N1TC),
            value.apply(x_N1TC),
            UnetConfig.Scores.AS_WEIGHTS);
    Tensor map_NCHW = out.apply(mixed_N1TC).squeeze(1).transpose(1, 2).reshape(x_NCHW.sizes());
    return x_NCHW.add(map_NCHW);
  }
}
