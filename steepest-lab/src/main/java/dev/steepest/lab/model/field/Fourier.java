package dev.steepest.lab.model.field;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Images as perceptrons of waves: the colours of a point are a function of sines and cosines of
 * random frequencies there (Tancik et al. 2020, "Fourier features let networks learn high frequency
 * functions in low dimensional domains", arXiv:2006.10739).
 *
 * <pre>
 *   γ(v) = [cos 2πFv, sin 2πFv],  F ~ N(0, scale²), in cycles per image
 *   colours = MLP_i(γ(v)) for image i, ReLU between its layers
 * </pre>
 *
 * <p>The frequencies are drawn once, for all images, and are not trained.
 */
public final class Fourier extends ImageField {
  static final NetworkKind<Canvas> KIND =
      new NetworkKind<>(
          "fourier",
          "a perceptron of random waves for each image (Fourier features)",
          List.of(
              Setting.integer("frequencies", 64, 1, 1024, "random waves"),
              Setting.real(
                  "scale", 4, 0.1, 100, "standard deviation of frequencies, cycles per image"),
              Setting.integer("width", 128, 4, 1024, "features of a point between layers"),
              Setting.integer("depth", 3, 1, 16, "hidden matrices")),
          (canvas, choice, seed) ->
              new Fourier(
                  new Config(
                      canvas,
                      choice.integer("frequencies"),
                      choice.real("scale"),
                      choice.integer("width"),
                      choice.integer("depth")),
                  seed));

  /**
   * The shape of the networks.
   *
   * @param canvas the images
   * @param frequencies random waves, 1–1024; each is two features
   * @param scale standard deviation of the frequencies in cycles per image, .1–100
   * @param width features between layers, 4–1024
   * @param depth hidden matrices, 1–16
   */
  public record Config(Canvas canvas, int frequencies, double scale, int width, int depth) {
    public Config {
      Check.range("frequencies", frequencies, 1, 1024);
      Check.range("scale", scale, 0.1, 100);
      Check.range("width", width, 4, 1024);
      Check.range("depth", depth, 1, 16);
    }
  }

  private final Tensor frequencies; // [F, 2], (x, y) of each
  private final Tensor centres; // [P, 2]
  private final Perceptron perceptron;

  public Fourier(Config config, long seed) {
    this(config, seed, Site.root(seed));
  }

  private Fourier(Config config, long seed, Site root) {
    super(root.state(), config.canvas());
    Canvas canvas = config.canvas();
    frequencies =
        root.frozen("frequencies", root.init().normal(config.scale(), config.frequencies(), 2));
    centres = root.constant(Coordinates.centres(canvas.size()));
    var sizes =
        new Perceptron.Sizes(
            2L * config.frequencies(), config.width(), config.depth(), canvas.channels());
    perceptron =
        new Perceptron(
            new Stack(root, canvas, seed), sizes, Perceptron.Bounds.forRelu(sizes), Tensor::relu_);
  }

  @Override
  public Tensor forward(Tensor which) {
    return Block.apply(
        which,
        images -> {
          Tensor features = features().expand(images.size(0), -1, -1);
          return Coordinates.toImages(perceptron.apply(features, images), canvas().size());
        });
  }

  /** γ at all pixels, [P, 2F]; the image is 2 wide in coordinates, so 2πF·v is πF·(x, y). */
  Tensor features() {
    Tensor phase = centres.matmul(frequencies.t()).mul_(new Scalar(Math.PI));
    return cat(new TensorVector(phase.cos(), phase.sin()), -1);
  }
}
