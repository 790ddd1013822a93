package dev.steepest.lab.diffusion;

import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.denoise.Conditions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How often a network in training is not told what an image shows, so that it learns to do without:
 * what classifier-free guidance needs (Ho and Salimans 2022, arXiv:2207.12598), for two labels that
 * may each be missing.
 *
 * @param both share of images of which neither is told, [0, 1)
 * @param ofClass share of those of which the quality alone is told, [0, 1)
 * @param ofQuality share of those of which the class alone is told, [0, 1); all together at most 1
 */
public record LabelDrops(double both, double ofClass, double ofQuality) {
  public LabelDrops {
    check("drop_both", both);
    check("drop_class", ofClass);
    check("drop_quality", ofQuality);
    Check.that(
        both + ofClass + ofQuality <= 1,
        "drop_both, drop_class and drop_quality are shares of the same images, but add up to %s; at most 1 is possible."
            .formatted(Double.toString(both + ofClass + ofQuality)));
  }

  private static void check(String name, double share) {
    Check.that(
        share >= 0 && share < 1,
        "%s = %s is out of range: allowed is [0, 1).".formatted(name, Double.toString(share)));
  }

  /**
   * Labels of which some are dropped, as torch's default generator of the CPU draws: one number for
   * each image.
   *
   * @param labels int64 [N, 2], class and quality
   * @return a new tensor like it, owned by the caller's scope
   */
  Tensor of(Tensor labels, Conditions conditions) {
    Tensor drawn = torch.rand(labels.size(0)).to(labels.device(), ScalarType.Float);
    Tensor neither = drawn.lt(new Scalar(both));
    Tensor noClass = drawn.lt(new Scalar(both + ofClass));
    Tensor noQuality =
        drawn
            .ge(new Scalar(both + ofClass))
            .logical_and(drawn.lt(new Scalar(both + ofClass + ofQuality)))
            .logical_or(neither);
    Tensor classes = labels.select(1, 0).masked_fill(noClass, new Scalar(conditions.noClass()));
    Tensor qualities =
        labels.select(1, 1).masked_fill(noQuality, new Scalar(conditions.noQuality()));
    return torch.stack(new TensorVector(classes, qualities), 1);
  }
}
