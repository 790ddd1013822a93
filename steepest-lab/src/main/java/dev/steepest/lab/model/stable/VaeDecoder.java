package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.silu_;
import static org.bytedeco.pytorch.global.torch.upsample_nearest2d;

import dev.steepest.lab.model.Block;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Latents to images: [N, latent, h, w] → [N, colours, H, W]. */
final class VaeDecoder {
  private final FrozenConvolution first;
  private final VaeMiddle middle;
  private final List<List<Resnet>> levels = new ArrayList<>();
  private final List<FrozenConvolution> doublings = new ArrayList<>();
  private final FrozenGroupNorm lastNorm;
  private final FrozenConvolution last;

  VaeDecoder(Shelf shelf, VaeConfig config) {
    List<Integer> upward = config.channels().reversed();
    long channels = upward.getFirst();
    first = FrozenConvolution.same(shelf.at("conv_in"), config.latent(), channels);
    middle = new VaeMiddle(shelf.at("mid_block"), config);
    for (int i = 0; i < upward.size(); i++) {
      Shelf level = shelf.at("up_blocks").at(i);
      List<Resnet> resnets = new ArrayList<>();
      for (int j = 0; j <= config.layers(); j++) {
        resnets.add(Resnet.timeless(level.at("resnets").at(j), channels, upward.get(i), config));
        channels = upward.get(i);
      }
      levels.add(resnets);
      if (i + 1 < upward.size()) {
        doublings.add(FrozenConvolution.same(level.at("upsamplers.0.conv"), channels, channels));
      }
    }
    lastNorm =
        new FrozenGroupNorm(
            shelf.at("conv_norm_out"), channels, config.groups(), VaeConfig.EPSILON);
    last = FrozenConvolution.same(shelf.at("conv_out"), channels, config.colours());
  }

  Tensor apply(Tensor latents) {
    Tensor x = Block.apply(latents, z -> middle.apply(first.apply(z)));
    for (int i = 0; i < levels.size(); i++) {
      for (Resnet resnet : levels.get(i)) {
        x = Block.apply(x, resnet::apply);
      }
      if (i < doublings.size()) {
        FrozenConvolution doubling = doublings.get(i);
        x =
            Block.apply(
                x,
                y ->
                    doubling.apply(
                        upsample_nearest2d(y, new long[] {2 * y.size(2), 2 * y.size(3)})));
      }
    }
    return last.apply(silu_(lastNorm.apply(x)));
  }
}
