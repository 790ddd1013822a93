package example;

import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.tensor;

import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A network and data as anyone writes them: nothing here knows of Steepest. */
final class Spirals extends Module {
  private final LinearImpl stem = register_module("stem", new LinearImpl(2, 64));
  private final LinearImpl hidden = register_module("hidden", new LinearImpl(64, 64));
  private final LinearImpl deeper = register_module("deeper", new LinearImpl(64, 64));
  private final LinearImpl head = register_module("head", new LinearImpl(64, 2));

  Tensor forward(Tensor x) {
    x = gelu(stem.forward(x));
    x = gelu(hidden.forward(x));
    x = gelu(deeper.forward(x));
    return head.forward(x);
  }

  /** The number type of the weights. */
  ScalarType type() {
    return head.weight().scalar_type().intern();
  }

  static final int POINTS = 400;

  /** Points on two spirals that wind around each other: (POINTS, 2). */
  static Tensor points() {
    float[] xy = new float[2 * POINTS];
    for (int i = 0; i < POINTS; i++) {
      double turn = 2.5 * Math.PI * (i / 2) / (POINTS / 2);
      double radius = (turn + 0.5) / 3;
      xy[2 * i] = (float) (radius * Math.cos(turn + (i % 2) * Math.PI));
      xy[2 * i + 1] = (float) (radius * Math.sin(turn + (i % 2) * Math.PI));
    }
    return tensor(xy).reshape(POINTS, 2);
  }

  /** Which spiral each point is on: (POINTS). */
  static Tensor labels() {
    long[] labels = new long[POINTS];
    for (int i = 0; i < POINTS; i++) {
      labels[i] = i % 2;
    }
    return tensor(labels).to(ScalarType.Long);
  }
}
