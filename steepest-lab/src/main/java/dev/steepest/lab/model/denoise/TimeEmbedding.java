package dev.steepest.lab.model.denoise;

import static org.bytedeco.pytorch.global.torch.cat;

import dev.steepest.lab.model.Check;
import dev.steepest.lab.model.Site;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The time step as a point on circles of growing period: cos(t·f_i), then sin(t·f_i), with f_i =
 * 10000^(−i/h) for i below h, half the features (Ho et al. 2020, arXiv:2006.11239, after Vaswani et
 * al. 2017).
 */
public final class TimeEmbedding {
  private static final double LONGEST = 10_000; // published, over 2π the longest period in steps

  private final Tensor frequencies;

  /**
   * An embedding.
   *
   * @param features an even number
   */
  public TimeEmbedding(Site site, int features) {
    Check.that(features % 2 == 0, "A time embedding has an even number of features.");
    int half = features / 2;
    float[] values = new float[half];
    for (int i = 0; i < half; i++) {
      values[i] = (float) Math.exp(-Math.log(LONGEST) * i / half);
    }
    frequencies = site.constant(Tensor.create(values, 1, half));
  }

  /** int64 [N] → [N, features] in the network's type. */
  public Tensor apply(Tensor t) {
    Tensor angles = t.to(frequencies.scalar_type()).unsqueeze(1).mul(frequencies);
    return cat(new TensorVector(angles.cos(), angles.sin()), 1);
  }
}
