package dev.steepest.lab.data.augment;

import static org.bytedeco.pytorch.global.torch.reflection_pad2d;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Logits of an image as a weighted mean over views of it (Jordan, "94% on CIFAR-10 in 3.29
 * seconds", 2024, section 3.5; there "TTA levels" 0, 1 and 2).
 */
public enum TestTimeAugmentation {
  /** The image as it is. */
  NONE(List.of(new View(0, Side.GIVEN, 1))),

  /** ½·f(x) + ½·f(mirrored x). */
  MIRROR(List.of(new View(0, Side.GIVEN, 0.5), new View(0, Side.MIRRORED, 0.5))),

  /**
   * With m as {@link #MIRROR}: ½·m(x) + ¼·m(window one pixel up and left) + ¼·m(window one pixel
   * down and right), the image reflected at its border.
   */
  TRANSLATE(
      List.of(
          new View(0, Side.GIVEN, 0.25),
          new View(0, Side.MIRRORED, 0.25),
          new View(-1, Side.GIVEN, 0.125),
          new View(-1, Side.MIRRORED, 0.125),
          new View(1, Side.GIVEN, 0.125),
          new View(1, Side.MIRRORED, 0.125)));

  private final List<View> views;

  TestTimeAugmentation(List<View> views) {
    this.views = views;
  }

  /** Passes through the network for each batch. */
  public int passes() {
    return views.size();
  }

  /**
   * Evaluates one view after another; what a view left behind is freed before the next.
   *
   * @param images [B, C, H, W], normalised, in any memory format; each view has the same
   * @param network logits [B, classes] of images; called {@link #passes()} times
   * @return the mean [B, classes], at least float32, owned by the caller's scope
   */
  public Tensor logits(Tensor images, UnaryOperator<Tensor> network) {
    Tensor sum = null;
    for (View view : views) {
      try (PointerScope _ = new PointerScope()) {
        Tensor logits = wide(network.apply(view.of(images))).mul(new Scalar(view.weight));
        if (sum == null) {
          sum = logits.retainReference();
        } else {
          sum.add_(logits);
        }
      }
    }
    PointerScope outer = PointerScope.getInnerScope();
    if (outer != null) {
      outer.attach(sum);
      sum.releaseReference();
    }
    return sum;
  }

  /** A sum of six would lose bits in bf16. */
  private static Tensor wide(Tensor logits) {
    return logits.scalar_type().intern() == ScalarType.Double
        ? logits
        : logits.to(ScalarType.Float);
  }

  private enum Side {
    GIVEN,
    MIRRORED
  }

  /**
   * One look at an image.
   *
   * @param shift pixels that the window lies further down and right, −1 to 1
   * @param side whether left and right are exchanged
   * @param weight of its logits
   */
  private record View(int shift, Side side, double weight) {
    private static final int BORDER = 1;

    Tensor of(Tensor images) {
      MemoryFormat format = images.suggest_memory_format();
      Tensor window = shift == 0 ? images : window(images);
      return (side == Side.GIVEN ? window : window.flip(3)).contiguous(format);
    }

    private Tensor window(Tensor images) {
      return reflection_pad2d(images, BORDER, BORDER, BORDER, BORDER)
          .narrow(2, BORDER + shift, images.size(2))
          .narrow(3, BORDER + shift, images.size(3));
    }
  }
}
