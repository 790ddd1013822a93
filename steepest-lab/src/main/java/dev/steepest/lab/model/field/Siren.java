package dev.steepest.lab.model.field;

import dev.steepest.lab.model.Block;
import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Images as perceptrons of sines: the colours of a point are a function of its coordinates
 * (Sitzmann et al. 2020, "Implicit neural representations with periodic activation functions",
 * arXiv:2006.09661).
 *
 * <pre>
 *   x ← sin(ω₀(Wx + b)) in the first and in hidden layers, then a linear head
 *   W ~ U(±1/in) in the first layer, U(±√(6/in)/ω₀) elsewhere, so that every layer's input is
 *   spread alike; b ~ U(±1/√in)
 * </pre>
 */
public final class Siren extends ImageField {
  static final NetworkKind<Canvas> KIND =
      new NetworkKind<>(
          "siren",
          "a perceptron of sines for each image (SIREN)",
          List.of(
              Setting.real("omega", 30, 1, 300, "ω₀, how fast the sines turn"),
              Setting.integer("width", 128, 4, 1024, "features of a point between layers"),
              Setting.integer("depth", 3, 1, 16, "hidden matrices")),
          (canvas, choice, seed) ->
              new Siren(
                  new Config(
                      canvas,
                      choice.real("omega"),
                      choice.integer("width"),
                      choice.integer("depth")),
                  seed));

  private static final long COORDINATES = 2;

  /**
   * The shape of the networks.
   *
   * @param canvas the images
   * @param omega ω₀, 1–300; published: 30
   * @param width features between layers, 4–1024
   * @param depth hidden matrices, 1–16
   */
  public record Config(Canvas canvas, double omega, int width, int depth) {
    public Config {
      Check.range("omega", omega, 1, 300);
      Check.range("width", width, 4, 1024);
      Check.range("depth", depth, 1, 16);
    }

    private Perceptron.Bounds bounds() {
      double hidden = Math.sqrt(6.0 / width) / omega;
      return new Perceptron.Bounds(
          1.0 / COORDINATES, hidden, hidden, 1 / Math.sqrt(COORDINATES), 1 / Math.sqrt(width));
    }
  }

  private final Tensor centres; // [P, 2]
  private final Perceptron perceptron;

  public Siren(Config config, long seed) {
    this(config, seed, Site.root(seed));
  }

  private Siren(Config config, long seed, Site root) {
    super(root.state(), config.canvas());
    Canvas canvas = config.canvas();
    centres = root.constant(Coordinates.centres(canvas.size()));
    perceptron =
        new Perceptron(
            new Stack(root, canvas, seed),
            new Perceptron.Sizes(COORDINATES, config.width(), config.depth(), canvas.channels()),
            config.bounds(),
            x -> x.mul_(new Scalar(config.omega())).sin());
  }

  @Override
  public Tensor forward(Tensor which) {
    return Block.apply(
        which,
        images -> {
          Tensor points = centres.expand(images.size(0), -1, -1);
          return Coordinates.toImages(perceptron.apply(points, images), canvas().size());
        });
  }

  @Override
  protected double fittingRate() {
    return 0.001;
  }
}
