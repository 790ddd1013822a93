package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.max_pool2d;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The first layers of a {@link ResNet}: convolutions, each with norm and ReLU behind it, then for
 * large images max-pooling: [N, C, H, W] → [N, width, ⌈H/4⌉, ⌈W/4⌉], or [N, width, H, W].
 */
final class ResNetStem {
  private static final long[] THREE = {3, 3};
  private static final long[] TWO = {2, 2};
  private static final long[] ONE = {1, 1};

  private record Layer(Convolution conv, BatchNorm norm) {}

  private final List<Layer> layers = new ArrayList<>();
  private final boolean pooled;

  private ResNetStem(ResNet.Stem kind) {
    pooled = kind == ResNet.Stem.IMAGENET;
  }

  /** One convolution: 7×7 with stride 2, or 3×3 with stride 1 for small images. */
  static ResNetStem single(Site root, ResNet.Config config) {
    ResNetStem stem = new ResNetStem(config.stem());
    long kernel = stem.pooled ? 7 : 3;
    Convolution conv =
        Convolution.residual(
            root.at("conv1"),
            Role.INPUT,
            config.images().channels(),
            config.width(),
            kernel,
            stem.stride());
    stem.layers.add(new Layer(conv, new BatchNorm(root.at("bn1"), config.width())));
    return stem;
  }

  /**
   * Three 3×3 convolutions, to half the width, half the width and the width; the first with stride
   * 2 but for small images, which changes no weight's shape.
   */
  static ResNetStem deep(Site root, ResNet.Config config) {
    ResNetStem stem = new ResNetStem(config.stem());
    long channels = config.images().channels();
    long half = (config.width() + 1L) / 2;
    Site conv = root.at("conv1"); // a Sequential that counts norms and activations too
    stem.add(conv.at(0), Role.INPUT, channels, half, stem.stride(), conv.at(1));
    stem.add(conv.at(3), Role.CONV, half, half, 1, conv.at(4));
    stem.add(conv.at(6), Role.CONV, half, config.width(), 1, root.at("bn1"));
    return stem;
  }

  private void add(Site conv, Role role, long in, long out, long stride, Site norm) {
    Convolution filters = Convolution.residual(conv, role, in, out, 3, stride);
    layers.add(new Layer(filters, new BatchNorm(norm, out)));
  }

  private long stride() {
    return pooled ? 2 : 1;
  }

  Tensor apply(Tensor x, Mode mode) {
    for (Layer layer : layers) {
      x = Block.apply(x, in -> layer.norm().apply(layer.conv().apply(in), mode).relu_());
    }
    return pooled ? Block.apply(x, in -> max_pool2d(in, THREE, TWO, ONE, ONE, false)) : x;
  }
}
