package dev.steepest.lab.distill;

import dev.steepest.lab.model.Site;
import dev.steepest.lab.model.field.Canvas;
import dev.steepest.lab.model.field.ImageField;
import dev.steepest.optim.Role;
import dev.steepest.tensor.Seeds;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Grey images that are their pixels, twice: x = 2θ, so that ∂x/∂θ shows. */
final class PlainField extends ImageField {
  static final double SLOPE = 2;

  private final Tensor pixels;

  PlainField(int images, int size, long seed) {
    this(Site.root(seed), new Canvas(images, 1, size), seed);
  }

  private PlainField(Site root, Canvas canvas, long seed) {
    super(root.state(), canvas);
    try (PointerScope _ = new PointerScope()) {
      Tensor initial = Seeds.normal(seed, canvas.images(), 1, canvas.size(), canvas.size());
      pixels = root.parameter("pixels", Role.MATRIX, initial);
    }
  }

  Tensor pixels() {
    return pixels;
  }

  @Override
  public Tensor forward(Tensor which) {
    return pixels.index_select(0, which).mul(new Scalar(SLOPE));
  }
}
