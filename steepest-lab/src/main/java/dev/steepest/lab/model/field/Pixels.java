package dev.steepest.lab.model.field;

import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.NetworkKind;
import dev.steepest.lab.model.Setting;
import dev.steepest.lab.model.Site;
import dev.steepest.optim.Role;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Images as themselves: one number for each pixel and colour, beginning as noise.
 *
 * <p>What rules for matrices see is a matter of {@link Shape}: an image of C colours is a matrix of
 * C·H rows and W columns, or a single row, of which orthogonalisation only normalises the length.
 */
public final class Pixels extends ImageField {
  static final NetworkKind<Canvas> KIND =
      new NetworkKind<>(
          "pixels",
          "the pixels themselves, or those of a latent image",
          List.of(
              Setting.word(
                  "shape", Shape.IMAGE, "the matrix an image is: its rows, or all in one row"),
              Setting.real("std", 1, 0, 10, "standard deviation of the noise it begins as")),
          (canvas, choice, seed) ->
              new Pixels(
                  new Config(canvas, choice.constant("shape", Shape.class), choice.real("std")),
                  seed));

  /** The matrix that an image is. */
  public enum Shape {
    /** [C·H, W] */
    IMAGE,
    /** [1, C·H·W] */
    ROW
  }

  /**
   * The pixels of some images.
   *
   * @param canvas the images
   * @param shape the matrix that each is
   * @param std standard deviation of the initial noise, 0–10; 0 is an even grey. Published, of a
   *     latent image: 1
   */
  public record Config(Canvas canvas, Shape shape, double std) {
    public Config {
      Check.range("std", std, 0, 10);
    }
  }

  private final Stack stack;
  private final Tensor pixels;

  public Pixels(Config config, long seed) {
    this(config, seed, Site.root(seed));
  }

  private Pixels(Config config, long seed, Site root) {
    super(root.state(), config.canvas());
    Canvas canvas = config.canvas();
    long rows = config.shape() == Shape.IMAGE ? (long) canvas.channels() * canvas.size() : 1;
    long columns = (long) canvas.channels() * canvas.size() * canvas.size() / rows;
    stack = new Stack(root, canvas, seed);
    pixels =
        stack.parameter("pixels", Role.MATRIX, init -> init.normal(config.std(), rows, columns));
  }

  @Override
  public Tensor forward(Tensor which) {
    Canvas canvas = canvas();
    return stack
        .select(pixels, which)
        .view(which.size(0), canvas.channels(), canvas.size(), canvas.size());
  }

  @Override
  protected double fit(Tensor images) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      pixels.copy_(images.reshape(pixels.size(0), pixels.size(1)));
    }
    return 0;
  }
}
