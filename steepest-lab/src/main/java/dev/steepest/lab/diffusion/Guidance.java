package dev.steepest.lab.diffusion;

import static org.bytedeco.pytorch.global.torch.cat;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598): ε_∅ + s·(ε_y − ε_∅).
 *
 * <p>Both predictions are one batch of twice the images, so that a network whose mode is training
 * would normalise over both.
 *
 * <p>Legend: N images, c numbers of a condition.
 *
 * @param conditions y, [N, c…], or [1, c…] for all images
 * @param unconditional ∅, or what is to be avoided; [N, c…], or [1, c…] for all images
 * @param scale s: 0 does not look at the condition, 1 at it alone; either is one prediction. In
 *     papers that count from w = s − 1, (1 + w)·ε_y − w·ε_∅
 */
public record Guidance(Tensor conditions, Tensor unconditional, double scale) {
  public Guidance {
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "guidance = %s is no scale; give a finite number, e.g. 2."
              .formatted(Double.toString(scale)));
    }
  }

  /** Without guidance: the prediction under the conditions. */
  public static Guidance none(Tensor conditions) {
    return new Guidance(conditions, conditions, 1);
  }

  /**
   * The guided noise in x_t.
   *
   * @param x [N, C, H, W]
   * @param t int64 [N]
   * @return as x, owned by the caller's scope
   */
  public Tensor noise(Denoiser denoiser, Tensor x, Tensor t) {
    long images = x.size(0);
    if (scale == 1) {
      return denoiser.noise(x, t, rows(conditions, images));
    }
    if (scale == 0) {
      return denoiser.noise(x, t, rows(unconditional, images));
    }
    Tensor both =
        denoiser.noise(
            twice(x),
            twice(t),
            cat(pair(rows(conditions, images), rows(unconditional, images)), 0));
    Tensor told = both.narrow(0, 0, images);
    Tensor untold = both.narrow(0, images, images);
    return told.sub(untold).mul(new Scalar(scale)).add(untold);
  }

  /** One row for each image. */
  private static Tensor rows(Tensor conditions, long images) {
    if (conditions.size(0) == images) {
      return conditions;
    }
    long[] shape = conditions.sizes().vec().get();
    shape[0] = images;
    return conditions.expand(shape);
  }

  private static Tensor twice(Tensor x) {
    return cat(pair(x, x), 0);
  }

  private static TensorVector pair(Tensor a, Tensor b) {
    return new TensorVector(a, b);
  }
}
