package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.upsample_nearest2d;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.denoise.Projection;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The residual blocks of one resolution on one way, each followed by a transformer where the level
 * has attention, and the step to the next resolution.
 *
 * <p>Legend: N images, C channels, H height, W width, E features of the time step, S tokens of the
 * prompt, c features of a token.
 */
final class UnetLevel {
  private final List<Resnet> resnets = new ArrayList<>();
  private final List<PixelTransformer> transformers = new ArrayList<>();
  private final Optional<FrozenConvolution> step;

  private UnetLevel(
      Shelf shelf,
      List<Long> in,
      UnetConfig.Level level,
      UnetConfig config,
      Optional<FrozenConvolution> step,
      SequencedMap<String, Projection> projections) {
    for (int i = 0; i < in.size(); i++) {
      resnets.add(Resnet.timed(shelf.at("resnets").at(i), in.get(i), level.channels(), config));
      if (level.attention() == UnetConfig.Attention.CROSS) {
        transformers.add(
            new PixelTransformer(shelf.at("attentions").at(i), level, config, projections));
      }
    }
    this.step = step;
  }

  /**
   * On the way down.
   *
   * @param i 0 is the finest
   */
  static UnetLevel down(
      Shelf unet, int i, UnetConfig config, SequencedMap<String, Projection> projections) {
    Shelf shelf = unet.at("down_blocks").at(i);
    List<UnetConfig.Level> levels = config.levels();
    long before = levels.get(Math.max(i - 1, 0)).channels();
    long channels = levels.get(i).channels();
    List<Long> in = new ArrayList<>();
    for (int j = 0; j < config.layers(); j++) {
      in.add(j == 0 ? before : channels);
    }
    Optional<FrozenConvolution> halving =
        i + 1 < levels.size()
            ? Optional.of(
                FrozenConvolution.halving(shelf.at("downsamplers.0.conv"), channels, 1))
            : Optional.empty();
    return new UnetLevel(shelf, in, levels.get(i), config, halving, projections);
  }

  /**
   * On the way up, where each residual block also sees a map of the way down.
   *
   * @param i 0 is the coarsest
   */
  static UnetLevel up(
      Shelf unet, int i, UnetConfig config, SequencedMap<String, Projection> projections) {
    Shelf shelf = unet.at("up_blocks").at(i);
    List<UnetConfig.Level> levels = config.levels().reversed();
    long before = levels.get(Math.max(i - 1, 0)).channels();
    long channels = levels.get(i).channels();
    long after = levels.get(Math.min(i + 1, levels.size() - 1)).channels();
    List<Long> in = new ArrayList<>();
    for (int j = 0; j <= config.layers(); j++) {
      in.add((j == 0 ? before : channels) + (j == config.layers() ? after : channels));
    }
    Optional<FrozenConvolution> conv =
        i + 1 < levels.size()
            ? Optional.of(
                FrozenConvolution.same(shelf.at("upsamplers.0.conv"), channels, channels))
            : Optional.empty();
    return new UnetLevel(shelf, in, levels.get(i), config, conv, projections);
  }

  /** What the blocks are told besides the map: time [N, E] and prompt [N, S, c]. */
  record Told(Tensor time_NE, Tensor prompt_NSc) {}

  /** Goes down; each map that a block leaves is pushed for the way up. */
  Tensor down(Tensor x_NCHW, Told told, Deque<Tensor> maps) {
    Tensor x = x_NCHW;
    for (int i = 0; i < resnets.size(); i++) {
      x = block(i, x, told);
      maps.push(x);
    }
    if (step.isPresent()) {
      x = step.get().apply(x);
      maps.push(x);
    }
    return x;
  }

  /** Goes up, taking the maps of the way down, the last first. */
  Tensor up(Tensor x_NCHW, Told told, Deque<Tensor> maps) {
    Tensor x = x_NCHW;
    for (int i = 0; i < resnets.size(); i++) {
      x = block(i, cat(new TensorVector(x, maps.pop()), 1), told);
    }
    if (step.isPresent()) {
      // Twice the size, or one less where the way down met an odd one.
      long[] size = {maps.element().size(2), maps.element().size(3)};
      x = step.get().apply(upsample_nearest2d(x, size));
    }
    return x;
  }

  private Tensor block(int i, Tensor x_NCHW, Told told) {
    return Block.apply(x_NCHW, x -> {
      Tensor y = resnets.get(i).apply(x, told.time_NE());
      return transformers.isEmpty() ? y : transformers.get(i).apply(y, told.prompt_NSc());
    });
  }
}
