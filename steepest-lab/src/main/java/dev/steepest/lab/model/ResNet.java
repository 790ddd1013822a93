package dev.steepest.lab.model;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;

/**
 * Residual networks as torchvision and timm have them, with their state names, so that their weight
 * files fit: ResNet (He et al. 2015, arXiv:1512.03385, with the stride of a bottleneck in its 3×3
 * convolution) and ResNeSt (Zhang et al. 2020, arXiv:2004.08955, {@code timm/models/resnest.py}).
 *
 * <p>A stem, four stages of blocks at 1, 2, 4 and 8 times the width, the last three of which halve
 * the image, mean over what is left of it, linear head. Images may have any size and any number of
 * channels.
 */
public final class ResNet extends Network {
  /** The kinds by their names in experiment files. */
  static final List<NetworkKind<Images>> KINDS =
      Arrays.stream(Variant.values()).map(ResNet::kind).toList();

  private static final int STAGES = 4;

  private final ResNetStem stem;
  private final List<ResNetBlock> blocks = new ArrayList<>();
  private final Linear head;

  /** How deep, and of which blocks. */
  public enum Variant {
    TIMM_RESNET18(ResNetBlock.Kind.BASIC, "ResNet-18, 11.2 M", 2, 2, 2, 2),
    TIMM_RESNET50(ResNetBlock.Kind.BOTTLENECK, "ResNet-50, 23.5 M", 3, 4, 6, 3),
    RESNEST14D(ResNetBlock.Kind.SPLIT_ATTENTION, "ResNeSt-14d, 8.6 M", 1, 1, 1, 1),
    RESNEST26D(ResNetBlock.Kind.SPLIT_ATTENTION, "ResNeSt-26d, 15.0 M", 2, 2, 2, 2);

    private final ResNetBlock.Kind block;
    private final String title;
    private final int[] depths;

    Variant(ResNetBlock.Kind block, String title, int... depths) {
      this.block = block;
      this.title = title;
      this.depths = depths;
    }

    String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How the first layers treat the size of an image. */
  public enum Stem {
    /** Strided convolution and max-pooling: a quarter of the image's size. */
    IMAGENET,
    /** For small images: the image's own size. */
    CIFAR
  }

  /** Initial weight of the last norm of each block. */
  public enum LastNorm {
    /** timm: every block begins as the identity, or as its shortcut. */
    ZERO,
    /** torchvision */
    ONE
  }

  /**
   * The shape of the network.
   *
   * @param images input and classes
   * @param variant how deep, and of which blocks
   * @param stem for large or small images
   * @param lastNorm initial weight of the last norm of each block
   * @param width channels of the stem and of the first stage's convolutions, 8–512; 64 is published
   */
  public record Config(Images images, Variant variant, Stem stem, LastNorm lastNorm, int width) {
    static final int WIDTH = 64;

    public Config {
      Check.range("width", width, 8, 512);
    }

    /** As timm makes it. */
    public static Config of(Images images, Variant variant) {
      return new Config(images, variant, Stem.IMAGENET, LastNorm.ZERO, WIDTH);
    }

    public Config withStem(Stem other) {
      return new Config(images, variant, other, lastNorm, width);
    }
  }

  public ResNet(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private ResNet(Config config, Site root) {
    super(root.state());
    ResNetBlock.Kind kind = config.variant().block;
    stem =
        kind == ResNetBlock.Kind.SPLIT_ATTENTION
            ? ResNetStem.deep(root, config)
            : ResNetStem.single(root, config);
    BatchNorm.Weight last =
        switch (config.lastNorm()) {
          case ZERO -> BatchNorm.Weight.TRAINED_FROM_ZERO;
          case ONE -> BatchNorm.Weight.TRAINED;
        };
    long in = config.width();
    for (int stage = 0; stage < STAGES; stage++) {
      long planes = (long) config.width() << stage;
      for (int i = 0; i < config.variant().depths[stage]; i++) {
        Site site = root.at("layer" + (stage + 1)).at(i);
        var shape = new ResNetBlock.Shape(in, planes, stage > 0 && i == 0 ? 2 : 1);
        blocks.add(kind.make(site, shape, last));
        in = kind.out(planes);
      }
    }
    head = Linear.standard(root.at("fc"), Role.HEAD, in, config.images().classes());
  }

  private static NetworkKind<Images> kind(Variant variant) {
    return new NetworkKind<>(
        variant.key(),
        variant.title + " parameters, with timm's state names; images of any size",
        List.of(
            Setting.word(
                "stem", Stem.IMAGENET, "imagenet: a quarter of the image's size; cifar: all of it"),
            Setting.word(
                "last_norm",
                LastNorm.ZERO,
                "initial weight of each block's last norm: zero (timm), one (torchvision)"),
            Setting.integer(
                "width", Config.WIDTH, 8, 512, "channels of the stem and the first stage")),
        (images, choice, seed) ->
            new ResNet(
                new Config(
                    images,
                    variant,
                    choice.constant("stem", Stem.class),
                    choice.constant("last_norm", LastNorm.class),
                    choice.integer("width")),
                seed));
  }

  @Override
  public Tensor forward(Tensor x) {
    x = stem.apply(x, mode());
    for (ResNetBlock block : blocks) {
      x = Block.apply(x, in -> block.apply(in, mode()));
    }
    return head.apply(x.mean(2, 3));
  }

  /** The deep stem's layers are numbered, but are one. */
  @Override
  protected String layer(String parameter) {
    return parameter.startsWith("conv1.") ? "conv1" : super.layer(parameter);
  }
}
