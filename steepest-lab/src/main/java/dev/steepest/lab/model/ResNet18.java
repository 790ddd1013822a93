package dev.steepest.lab.model;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * ResNet-18 for small images (He et al. 2015, arXiv:1512.03385, section 4.2's stem): a 3×3 stride-1
 * stem without max-pooling, four stages of two basic blocks at 1, 2, 4 and 8 times the width, 1×1
 * convolution + norm where a shortcut changes shape, mean over the image, linear head.
 *
 * <p>State names are those of leonardotonelli/optimizers-CIFAR10, {@code models/ResNet.py}.
 */
public final class ResNet18 extends Network {
  static final NetworkKind<Images> KIND =
      new NetworkKind<>(
          "resnet18",
          "ResNet-18 with a stem for small images, 11.2 M parameters at width 64",
          List.of(Setting.integer("width", 64, 4, 512, "channels of the stem and the first stage")),
          (images, choice, seed) ->
              new ResNet18(new Config(images, choice.integer("width")), seed));

  private static final int STAGES = 4;
  private static final int BLOCKS_PER_STAGE = 2;

  private final Convolution stem;
  private final BatchNorm stemNorm;
  private final List<BasicBlock> blocks = new ArrayList<>();
  private final Linear head;

  /**
   * The shape of the network.
   *
   * @param images input and classes
   * @param width channels of the stem and the first stage, 4–512
   */
  public record Config(Images images, int width) {
    public Config {
      Check.range("width", width, 4, 512);
    }

    /** The published width of 64. */
    public static Config of(Images images) {
      return new Config(images, 64);
    }
  }

  public ResNet18(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private ResNet18(Config config, Site root) {
    super(root.state());
    Images images = config.images();
    stem = Convolution.same(root.at("conv1"), Role.INPUT, images.channels(), config.width(), 3, 1);
    stemNorm = new BatchNorm(root.at("bn1"), config.width());
    long in = config.width();
    for (int stage = 0; stage < STAGES; stage++) {
      long out = (long) config.width() << stage;
      for (int block = 0; block < BLOCKS_PER_STAGE; block++) {
        Site site = root.at("layer" + (stage + 1)).at(block);
        blocks.add(new BasicBlock(site, in, out, stage > 0 && block == 0 ? 2 : 1));
        in = out;
      }
    }
    head = Linear.standard(root.at("fc"), Role.HEAD, in, images.classes());
  }

  @Override
  public Tensor forward(Tensor x) {
    x = Block.apply(x, in -> stemNorm.apply(stem.apply(in), mode()).relu_());
    for (BasicBlock block : blocks) {
      x = Block.apply(x, in -> block.apply(in, mode()));
    }
    return head.apply(x.mean(2, 3));
  }

  /** relu(bn(conv(relu(bn(conv(x))))) + shortcut(x)); 3×3 convolutions without bias. */
  private static final class BasicBlock {
    private final Convolution conv1;
    private final BatchNorm norm1;
    private final Convolution conv2;
    private final BatchNorm norm2;
    private final Shortcut shortcut;

    BasicBlock(Site site, long in, long out, long stride) {
      conv1 = Convolution.same(site.at("conv1"), Role.CONV, in, out, 3, stride);
      norm1 = new BatchNorm(site.at("bn1"), out);
      conv2 = Convolution.same(site.at("conv2"), Role.CONV, out, out, 3, 1);
      norm2 = new BatchNorm(site.at("bn2"), out);
      shortcut = stride == 1 && in == out ? null : new Shortcut(site.at("short"), in, out, stride);
    }

    Tensor apply(Tensor x, Mode mode) {
      Tensor y = norm1.apply(conv1.apply(x), mode).relu_();
      y = norm2.apply(conv2.apply(y), mode);
      return y.add_(shortcut == null ? x : shortcut.apply(x, mode)).relu_();
    }
  }

  /** 1×1 convolution and norm, where a block changes the shape. */
  private static final class Shortcut {
    private final Convolution conv;
    private final BatchNorm norm;

    Shortcut(Site site, long in, long out, long stride) {
      conv = Convolution.same(site.at("0"), Role.CONV, in, out, 1, stride);
      norm = new BatchNorm(site.at("1"), out);
    }

    Tensor apply(Tensor x, Mode mode) {
      return norm.apply(conv.apply(x), mode);
    }
  }
}
