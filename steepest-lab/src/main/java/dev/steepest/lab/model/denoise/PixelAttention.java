package dev.steepest.lab.model.denoise;

import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import dev.steepest.lab.model.GroupNorm;
import dev.steepest.lab.model.Site;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Attention of every pixel of a map to all others, added to the map: x + out(softmax(q·kᵀ/√d)·v),
 * with q, k and v of the normalised map.
 *
 * <p>Legend: N images, C channels, H height, W width, T = H·W, h heads, d = C/h, G = N·h.
 */
final class PixelAttention {
  private final GroupNorm norm;
  private final SequencedMap<String, Projection> projections = new LinkedHashMap<>();
  private final Projection queries;
  private final Projection keys;
  private final Projection values;
  private final Projection out;
  private final long heads;
  private final Scalar scale;

  /**
   * An attention.
   *
   * @param groups of the norm, a divisor of channels
   * @param heads a divisor of channels
   */
  PixelAttention(Site site, long channels, long groups, long heads) {
    norm = new GroupNorm(site.at("norm"), groups, channels);
    queries = projection(site, "q", channels);
    keys = projection(site, "k", channels);
    values = projection(site, "v", channels);
    out = projection(site, "out", channels);
    this.heads = heads;
    scale = site.keep(new Scalar(1 / Math.sqrt((double) channels / heads)));
  }

  private Projection projection(Site site, String name, long channels) {
    Projection projection = Projection.biased(site.at(name), channels, channels);
    projections.put(name, projection);
    return projection;
  }

  /** q, k, v and out. */
  SequencedMap<String, Projection> projections() {
    return projections;
  }

  /** [N, C, H, W] → [N, C, H, W]. */
  Tensor apply(Tensor x_NCHW) {
    // Products and sums of other orders in memory would cost more than the two copies.
    Tensor tokens_NTC = norm.apply(x_NCHW).flatten(2, 3).transpose(1, 2).contiguous();
    Tensor q_NhTd = split(queries.apply(tokens_NTC));
    Tensor k_NhTd = split(keys.apply(tokens_NTC));
    Tensor v_NhTd = split(values.apply(tokens_NTC));
    Tensor mixed_NTC = mix(q_NhTd, k_NhTd, v_NhTd).transpose(1, 2).flatten(2, 3);
    return x_NCHW.add(out.apply(mixed_NTC).transpose(1, 2).contiguous().view_as(x_NCHW));
  }

  /** Written out on a CPU, where libtorch's fused kernel is slower. */
  private Tensor mix(Tensor q_NhTd, Tensor k_NhTd, Tensor v_NhTd) {
    if (q_NhTd.is_cuda()) {
      return scaled_dot_product_attention(q_NhTd, k_NhTd, v_NhTd);
    }
    Tensor scores_NhTT = q_NhTd.mul(scale).matmul(k_NhTd.transpose(-2, -1));
    return scores_NhTT.softmax(-1).matmul(v_NhTd);
  }

  private Tensor split(Tensor x_NTC) {
    return x_NTC.unflatten(-1, heads, -1).transpose(1, 2);
  }
}
