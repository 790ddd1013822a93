package dev.steepest.lab.model;

import dev.steepest.optim.Role;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A small convolutional network for quick experiments: stages of 3×3 convolution + norm + ReLU,
 * each later stage halving the image and doubling the width; mean over the image, linear head. Own
 * design; 94 k parameters and 10 M multiply-adds per 3×32×32 image at the defaults.
 */
public final class SmallCnn extends Network {
  static final NetworkKind<Images> KIND =
      new NetworkKind<>(
          "small-cnn",
          "three convolutions with batch norm, 94 k parameters: seconds per epoch on a laptop",
          List.of(
              Setting.integer("width", 32, 1, 512, "channels of the first stage"),
              Setting.integer("stages", 3, 1, 6, "convolutions; each later one halves the image")),
          (images, choice, seed) ->
              new SmallCnn(
                  new Config(images, choice.integer("width"), choice.integer("stages")), seed));

  private final List<Stage> stages = new ArrayList<>();
  private final Linear head;

  /**
   * The shape of the network.
   *
   * @param images input and classes
   * @param width channels of the first stage, 1–512
   * @param stages convolutions, 1–6
   */
  public record Config(Images images, int width, int stages) {
    public Config {
      Check.range("width", width, 1, 512);
      Check.range("stages", stages, 1, 6);
      Check.that(
          images.size() >= 1 << (stages - 1),
          "stages = %d halve an image of %d pixels to nothing; use at most %d."
              .formatted(stages, images.size(), 32 - Integer.numberOfLeadingZeros(images.size())));
    }

    /** Width 32, three stages. */
    public static Config of(Images images) {
      return new Config(images, 32, 3);
    }
  }

  public SmallCnn(Config config, long seed) {
    this(config, Site.root(seed));
  }

  private SmallCnn(Config config, Site root) {
    super(root.state());
    long in = config.images().channels();
    for (int i = 0; i < config.stages(); i++) {
      long out = (long) config.width() << i;
      Role role = i == 0 ? Role.INPUT : Role.CONV;
      stages.add(new Stage(root.at("stage" + (i + 1)), role, in, out, i == 0 ? 1 : 2));
      in = out;
    }
    head = Linear.standard(root.at("head"), Role.HEAD, in, config.images().classes());
  }

  @Override
  public Tensor forward(Tensor x) {
    for (Stage stage : stages) {
      x = Block.apply(x, in -> stage.norm.apply(stage.conv.apply(in), mode()).relu_());
    }
    return head.apply(x.mean(2, 3));
  }

  private static final class Stage {
    private final Convolution conv;
    private final BatchNorm norm;

    Stage(Site site, Role role, long in, long out, long stride) {
      conv = Convolution.same(site.at("conv"), role, in, out, 3, stride);
      norm = new BatchNorm(site.at("bn"), out);
    }
  }
}
