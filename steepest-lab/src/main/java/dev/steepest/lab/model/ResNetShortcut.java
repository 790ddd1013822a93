package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.avg_pool2d;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/** Where a {@link ResNetBlock} changes the shape: 1×1 convolution and norm. */
final class ResNetShortcut {
  private static final long[] TWO = {2, 2};
  private static final long[] NO_PADDING = {0, 0};

  private final boolean averages;
  private final Convolution conv;
  private final BatchNorm norm;

  private ResNetShortcut(boolean averages, Convolution conv, BatchNorm norm) {
    this.averages = averages;
    this.conv = conv;
    this.norm = norm;
  }

  /** The convolution takes every {@code stride}-th pixel. */
  static ResNetShortcut strided(Site block, long in, long out, long stride) {
    Site site = block.at("downsample");
    return new ResNetShortcut(
        false,
        Convolution.residual(site.at(0), Role.CONV, in, out, 1, stride),
        new BatchNorm(site.at(1), out));
  }

  /** Squares of 2×2 pixels, or what is left of them at the border, are averaged before. */
  static ResNetShortcut averaging(Site block, long in, long out, long stride) {
    Site site = block.at("downsample");
    return new ResNetShortcut(
        stride == 2,
        Convolution.residual(site.at(1), Role.CONV, in, out, 1, 1),
        new BatchNorm(site.at(2), out));
  }

  Tensor apply(Tensor x, Mode mode) {
    Tensor in = averages ? avg_pool2d(x, TWO, TWO, NO_PADDING, true, false, new LongOptional()) : x;
    return norm.apply(conv.apply(in), mode);
  }
}
