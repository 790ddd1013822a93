package dev.steepest.lab.model;

import dev.steepest.optim.Role;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** relu(branch(x) + shortcut(x)): [N, in, H, W] → [N, out, ⌈H/stride⌉, ⌈W/stride⌉]. */
final class ResNetBlock {
  /** How many times wider than its convolutions a bottleneck ends. */
  private static final int EXPANSION = 4;

  private final Branch branch;
  private final Optional<ResNetShortcut> shortcut;

  private ResNetBlock(Branch branch, Optional<ResNetShortcut> shortcut) {
    this.branch = branch;
    this.shortcut = shortcut;
  }

  /**
   * @param in channels that come in
   * @param planes channels of the convolutions
   * @param stride 1, or 2 to halve the image
   */
  record Shape(long in, long planes, long stride) {}

  /** What is added to the shortcut. */
  @FunctionalInterface
  private interface Branch {
    Tensor apply(Tensor x, Mode mode);
  }

  /** What the branch of a block is. */
  enum Kind {
    /** Two 3×3 convolutions. */
    BASIC(1),
    /** 1×1, 3×3 and 1×1 convolutions. */
    BOTTLENECK(EXPANSION),
    /** A bottleneck with {@link SplitAttention} in its middle. */
    SPLIT_ATTENTION(EXPANSION);

    private final int expansion;

    Kind(int expansion) {
      this.expansion = expansion;
    }

    long out(long planes) {
      return expansion * planes;
    }

    /**
     * @param last the kind of weight of the branch's last norm
     */
    ResNetBlock make(Site site, Shape shape, BatchNorm.Weight last) {
      Branch branch =
          switch (this) {
            case BASIC -> new Basic(site, shape, last);
            case BOTTLENECK -> new Bottleneck(site, shape, last);
            case SPLIT_ATTENTION -> new SplitBottleneck(site, shape, last);
          };
      boolean same = shape.stride() == 1 && shape.in() == out(shape.planes());
      return new ResNetBlock(
          branch,
          same
              ? Optional.empty()
              : Optional.of(
                  this == SPLIT_ATTENTION
                      ? ResNetShortcut.averaging(
                          site, shape.in(), out(shape.planes()), shape.stride())
                      : ResNetShortcut.strided(
                          site, shape.in(), out(shape.planes()), shape.stride())));
    }
  }

  Tensor apply(Tensor x, Mode mode) {
    Tensor y = branch.apply(x, mode);
    return y.add_(shortcut.map(s -> s.apply(x, mode)).orElse(x)).relu_();
  }

  /** bn(conv3×3(relu(bn(conv3×3(x))))). */
  private static final class Basic implements Branch {
    private final Convolution conv1;
    private final BatchNorm norm1;
    private final Convolution conv2;
    private final BatchNorm norm2;

    Basic(Site site, Shape shape, BatchNorm.Weight last) {
      long planes = shape.planes();
      conv1 =
          Convolution.residual(site.at("conv1"), Role.CONV, shape.in(), planes, 3, shape.stride());
      norm1 = new BatchNorm(site.at("bn1"), planes);
      conv2 = Convolution.residual(site.at("conv2"), Role.CONV, planes, planes, 3, 1);
      norm2 = new BatchNorm(site.at("bn2"), planes, last);
    }

    @Override
    public Tensor apply(Tensor x, Mode mode) {
      Tensor y = norm1.apply(conv1.apply(x), mode).relu_();
      return norm2.apply(conv2.apply(y), mode);
    }
  }

  /** bn(conv1×1(relu(bn(conv3×3(relu(bn(conv1×1(x)))))))). */
  private static final class Bottleneck implements Branch {
    private final Convolution conv1;
    private final BatchNorm norm1;
    private final Convolution conv2;
    private final BatchNorm norm2;
    private final Convolution conv3;
    private final BatchNorm norm3;

    Bottleneck(Site site, Shape shape, BatchNorm.Weight last) {
      long planes = shape.planes();
      conv1 = Convolution.residual(site.at("conv1"), Role.CONV, shape.in(), planes, 1, 1);
      norm1 = new BatchNorm(site.at("bn1"), planes);
      conv2 = Convolution.residual(site.at("conv2"), Role.CONV, planes, planes, 3, shape.stride());
      norm2 = new BatchNorm(site.at("bn2"), planes);
      long out = Kind.BOTTLENECK.out(planes);
      conv3 = Convolution.residual(site.at("conv3"), Role.CONV, planes, out, 1, 1);
      norm3 = new BatchNorm(site.at("bn3"), out, last);
    }

    @Override
    public Tensor apply(Tensor x, Mode mode) {
      Tensor y = norm1.apply(conv1.apply(x), mode).relu_();
      y = norm2.apply(conv2.apply(y), mode).relu_();
      return norm3.apply(conv3.apply(y), mode);
    }
  }

  /** bn(conv1×1(split-attention(relu(bn(conv1×1(x)))))). */
  private static final class SplitBottleneck implements Branch {
    private final Convolution conv1;
    private final BatchNorm norm1;
    private final SplitAttention conv2;
    private final Convolution conv3;
    private final BatchNorm norm3;

    SplitBottleneck(Site site, Shape shape, BatchNorm.Weight last) {
      long planes = shape.planes();
      conv1 = Convolution.residual(site.at("conv1"), Role.CONV, shape.in(), planes, 1, 1);
      norm1 = new BatchNorm(site.at("bn1"), planes);
      conv2 = new SplitAttention(site.at("conv2"), planes, shape.stride());
      long out = Kind.SPLIT_ATTENTION.out(planes);
      conv3 = Convolution.residual(site.at("conv3"), Role.CONV, planes, out, 1, 1);
      norm3 = new BatchNorm(site.at("bn3"), out, last);
    }

    @Override
    public Tensor apply(Tensor x, Mode mode) {
      Tensor y = norm1.apply(conv1.apply(x), mode).relu_();
      return norm3.apply(conv3.apply(conv2.apply(y, mode)), mode);
    }
  }
}
