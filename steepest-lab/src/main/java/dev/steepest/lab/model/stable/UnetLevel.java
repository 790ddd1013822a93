package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.upsample_nearest2d;

import dev.steepest.lab.model.Stage;
import dev.steepest.lab.model.denoise.Projection;
import java.util.ArrayList;
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
            ? Optional.of(FrozenConvolution.halving(shelf.at("downsamplers.0.conv"), channels, 1))
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
            ? Optional.of(FrozenConvolution.same(shelf.at("upsamplers.0.conv"), channels, channels))
            : Optional.empty();
    return new UnetLevel(shelf, in, levels.get(i), config, conv, projections);
  }

  /** Goes down; each map that a block leaves is kept for the way up. */
  void down(Tensor prompt_NSc, List<Stage> stages) {
    for (int i = 0; i < resnets.size(); i++) {
      int block = i;
      stages.add(
          UnetPass.stage(pass -> pass.at(block(block, pass.x(), pass.time(), prompt_NSc)).kept()));
    }
    step.ifPresent(
        conv -> stages.add(UnetPass.stage(pass -> pass.at(conv.apply(pass.x())).kept())));
  }

  /** Goes up, taking the maps of the way down, the last first. */
  void up(Tensor prompt_NSc, List<Stage> stages) {
    for (int i = 0; i < resnets.size(); i++) {
      int block = i;
      stages.add(
          UnetPass.stage(pass -> {
            Tensor both = cat(new TensorVector(pass.x(), pass.last()), 1);
            return pass.taken().at(block(block, both, pass.time(), prompt_NSc));
          }));
    }
    step.ifPresent(conv -> stages.add(UnetPass.stage(pass -> pass.at(grow(conv, pass)))));
  }

  /** To twice the size, or one less where the way down met an odd one. */
  private static Tensor grow(FrozenConvolution conv, UnetPass pass) {
    long[] size = {pass.last().size(2), pass.last().size(3)};
    return conv.apply(upsample_nearest2d(pass.x(), size));
  }

  private Tensor block(int i, Tensor x_NCHW, Tensor time_NE, Tensor prompt_NSc) {
    Tensor y_NCHW = resnets.get(i).apply(x_NCHW, time_NE);
    return transformers.isEmpty() ? y_NCHW : transformers.get(i).apply(y_NCHW, prompt_NSc);
  }
}
