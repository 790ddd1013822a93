package dev.steepest.lab.model.field;

import static org.bytedeco.pytorch.global.torch.upsample_bilinear2d;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import dev.steepest.optim.Role;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Images as coarse grids of features: read between their cells bilinearly and decoded point by
 * point by a small perceptron that is trained with the grid, or not decoded at all.
 *
 * <p>Without a decoder the grid's features are the channels of the image; for a prior of latent
 * images and cells of one pixel that is the latent image itself.
 *
 * <p>Legend: B images drawn, G cells along a side, P pixels, F features.
 */
public final class Latent extends ImageField {
  static final NetworkKind<Canvas> KIND =
      new NetworkKind<>(
          "latent",
          "a coarse grid of features for each image, decoded point by point",
          List.of(
              Setting.integer("cell", 2, 1, 64, "pixels along a side of a cell; divides the image"),
              Setting.word("decoder", Decoder.PERCEPTRON, "what makes colours of features"),
              Setting.integer("features", 8, 1, 256, "features of a cell that are decoded"),
              Setting.integer("width", 32, 4, 1024, "features inside the decoder"),
              Setting.real("std", 1, 0, 10, "standard deviation of the noise the grid begins as")),
          (canvas, choice, seed) ->
              new Latent(
                  new Config(
                      canvas,
                      choice.integer("cell"),
                      choice.constant("decoder", Decoder.class),
                      choice.integer("features"),
                      choice.integer("width"),
                      choice.real("std")),
                  seed));

  /** What makes colours of features. */
  public enum Decoder {
    /** A perceptron with one ReLU layer, of each image's own. */
    PERCEPTRON,
    /** Nothing: the features are the colours, as many as the image has. */
    NONE
  }

  /**
   * The shape of grids and decoders.
   *
   * @param canvas the images
   * @param cell pixels along a side of a cell, 1–64, a divisor of the image's size
   * @param decoder what makes colours of features
   * @param features of a cell, 1–256; without a decoder of no meaning
   * @param width features inside the decoder, 4–1024; without one of no meaning
   * @param std standard deviation of the initial grid, 0–10. Published: 1
   */
  public record Config(
      Canvas canvas, int cell, Decoder decoder, int features, int width, double std) {
    public Config {
      Check.range("cell", cell, 1, 64);
      Check.range("features", features, 1, 256);
      Check.range("width", width, 4, 1024);
      Check.range("std", std, 0, 10);
      Check.that(
          canvas.size() % cell == 0,
          "cell = %d does not divide the image size %d; choose a divisor."
              .formatted(cell, canvas.size()));
    }

    private long depth() {
      return decoder == Decoder.NONE ? canvas.channels() : features;
    }

    private long cells() {
      return canvas.size() / cell;
    }
  }

  private final Config config;
  private final Stack stack;
  private final Tensor grid; // [N·F·G, G]
  private final Optional<Perceptron> decoder;

  public Latent(Config config, long seed) {
    this(config, seed, Site.root(seed));
  }

  private Latent(Config config, long seed, Site root) {
    super(root.state(), config.canvas());
    this.config = config;
    stack = new Stack(root, config.canvas(), seed);
    grid =
        stack.parameter(
            "grid",
            Role.MATRIX,
            init -> init.normal(config.std(), config.depth() * config.cells(), config.cells()));
    decoder = config.decoder() == Decoder.NONE ? Optional.empty() : Optional.of(decoder());
  }

  private Perceptron decoder() {
    var sizes = new Perceptron.Sizes(config.features(), config.width(), 0, canvas().channels());
    return new Perceptron(
        stack.at("decoder"), sizes, Perceptron.Bounds.forRelu(sizes), Tensor::relu_);
  }

  @Override
  public Tensor forward(Tensor which) {
    return Block.apply(which, this::draw);
  }

  private Tensor draw(Tensor which) {
    long size = canvas().size();
    long cells = config.cells();
    Tensor coarse = stack.select(grid, which).view(which.size(0), config.depth(), cells, cells);
    Tensor features =
        config.cell() == 1 ? coarse : upsample_bilinear2d(coarse, new long[] {size, size}, false);
    return decoder
        .map(made ->
            Coordinates.toImages(
                made.apply(features.flatten(2, 3).transpose(1, 2), which), canvas().size()))
        .orElse(features);
  }

  @Override
  protected double fit(Tensor images) {
    if (decoder.isPresent() || config.cell() > 1) {
      return super.fit(images);
    }
    try (AutoGradMode _ = new AutoGradMode(false)) {
      grid.copy_(images.reshape(grid.size(0), grid.size(1)));
    }
    return 0;
  }

  @Override
  protected double fittingRate() {
    return 0.03;
  }
}
