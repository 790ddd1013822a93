package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.silu_;

import dev.steepest.lab.model.Block;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Images to means and log-variances of latents: [N, colours, H, W] → [N, 2·latent, h, w]. */
final class VaeEncoder {
  private static final long[] RIGHT_AND_BELOW = {0, 1, 0, 1};

  private final FrozenConvolution first;
  private final List<List<Resnet>> levels = new ArrayList<>();
  private final List<FrozenConvolution> halvings = new ArrayList<>();
  private final VaeMiddle middle;
  private final FrozenGroupNorm lastNorm;
  private final FrozenConvolution last;

  VaeEncoder(Shelf shelf, VaeConfig config) {
    long channels = config.channels().getFirst();
    first = FrozenConvolution.same(shelf.at("conv_in"), config.colours(), channels);
    for (int i = 0; i < config.channels().size(); i++) {
      Shelf level = shelf.at("down_blocks").at(i);
      List<Resnet> resnets = new ArrayList<>();
      for (int j = 0; j < config.layers(); j++) {
        long next = config.channels().get(i);
        resnets.add(Resnet.timeless(level.at("resnets").at(j), channels, next, config));
        channels = next;
      }
      levels.add(resnets);
      if (i + 1 < config.channels().size()) {
        halvings.add(FrozenConvolution.halving(level.at("downsamplers.0.conv"), channels, 0));
      }
    }
    middle = new VaeMiddle(shelf.at("mid_block"), config);
    lastNorm =
        new FrozenGroupNorm(
            shelf.at("conv_norm_out"), channels, config.groups(), VaeConfig.EPSILON);
    last = FrozenConvolution.same(shelf.at("conv_out"), channels, 2L * config.latent());
  }

  Tensor apply(Tensor images) {
    Tensor x = first.apply(images);
    for (int i = 0; i < levels.size(); i++) {
      for (Resnet resnet : levels.get(i)) {
        x = Block.apply(x, resnet::apply);
      }
      if (i < halvings.size()) {
        FrozenConvolution halving = halvings.get(i);
        x = Block.apply(x, y -> halving.apply(constant_pad_nd(y, RIGHT_AND_BELOW)));
      }
    }
    x = Block.apply(x, middle::apply);
    return last.apply(silu_(lastNorm.apply(x)));
  }
}
