package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.baddbmm;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Multi-head attention of every token to itself and the tokens before it, softmax(s·q·kᵀ)·v,
 * without the projections around it; s = 1/√d unless said otherwise.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head, D = H·d, G = B·H.
 *
 * <p>On the CPU the product is written out, because libtorch's flash kernel is several times slower
 * there in bf16. Queries come in blocks of rows, and each block sees only the keys up to its last
 * row: with four blocks that is 62.5 % of the full product.
 */
final class CausalAttention {
  private final Tensor bias;
  private final Scalar one;
  private final Scalar standardScale;
  private final Scalar unseen;
  private final TensorOptional noMask;
  private final TensorOptions bytes;
  private final long context;
  private final double rate;
  private final Dropout dropout;

  /**
   * An attention.
   *
   * @param context the most tokens it will see
   * @param features of a head, d
   * @param dropout probability of dropping an attention weight
   */
  CausalAttention(Site site, long context, long features, double dropout) {
    this.context = context;
    bytes = site.keep(new TensorOptions(ScalarType.Byte));
    bias = site.constant(Sight.of(context, context).bias());
    one = site.keep(new Scalar(1));
    standardScale = site.keep(new Scalar(1 / Math.sqrt(features)));
    unseen = site.keep(new Scalar(Float.NEGATIVE_INFINITY));
    noMask = site.keep(new TensorOptional());
    rate = dropout;
    this.dropout = new Dropout(site, dropout);
  }

  /** Queries, keys and values [B, T, H, d] → mixed values [B, T, D]. */
  Tensor apply(Tensor q_BTHd, Tensor k_BTHd, Tensor v_BTHd, Mode mode) {
    return apply(q_BTHd, k_BTHd, v_BTHd, new Sight(context, bias, null), standardScale, mode);
  }

  /**
   * {@link #apply(Tensor, Tensor, Tensor, Mode)} where not all is seen.
   *
   * @param sight of the tokens
   * @param scale of the products of queries and keys
   */
  Tensor apply(Tensor q_BTHd, Tensor k_BTHd, Tensor v_BTHd, Sight sight, Scalar scale, Mode mode) {
    Tensor q_BHTd = q_BTHd.transpose(1, 2);
    Tensor k_BHTd = k_BTHd.transpose(1, 2);
    Tensor v_BHTd = v_BTHd.transpose(1, 2);
    Tensor mixed_BHTd =
        q_BTHd.is_cuda()
            ? fused(q_BHTd, k_BHTd, v_BHTd, sight, scale, mode)
            : byBlocks(
                    q_BHTd.flatten(0, 1),
                    k_BHTd.flatten(0, 1),
                    v_BHTd.flatten(0, 1),
                    sight,
                    scale,
                    mode)
                .view_as(q_BHTd);
    return mixed_BHTd.transpose(1, 2).flatten(2, 3);
  }

  private Tensor fused(
      Tensor q_BHTd, Tensor k_BHTd, Tensor v_BHTd, Sight sight, Scalar scale, Mode mode) {
    long tokens = q_BHTd.size(2);
    boolean everything = sight.window() >= tokens && sight.document() == null;
    return scaled_dot_product_attention(
        q_BHTd,
        k_BHTd,
        v_BHTd,
        everything
            ? noMask
            : new TensorOptional(
                sight.whole(tokens, bytes.device(new DeviceOptional(q_BHTd.device())))),
        mode != Mode.EVAL ? rate : 0,
        everything,
        new DoubleOptional(scale.toDouble()),
        false);
  }

  private Tensor byBlocks(
      Tensor q_GTd, Tensor k_GTd, Tensor v_GTd, Sight sight, Scalar scale, Mode mode) {
    long tokens = q_GTd.size(1);
    Sight own = new Sight(sight.window(), sight.bias().to(q_GTd.scalar_type()), sight.document());
    TensorVector blocks = new TensorVector();
    for (long from = 0; from < tokens; from += Sight.ROWS) {
      long rows = Math.min(Sight.ROWS, tokens - from);
      long first = own.firstKey(from);
      long keys = from + rows - first;
      Tensor scores =
          baddbmm(
              own.bias(from, rows),
              q_GTd.narrow(1, from, rows),
              k_GTd.narrow(1, first, keys).transpose(1, 2),
              one,
              scale);
      if (own.document() != null) {
        scores =
            scores
                .unflatten(0, own.document().size(0), -1)
                .masked_fill(own.elsewhere(from, rows), unseen)
                .flatten(0, 1);
      }
      Tensor weights = dropout.apply(scores.softmax(-1), mode);
      blocks.push_back(weights.bmm(v_GTd.narrow(1, first, keys)));
    }
    return cat(blocks, 1);
  }
}
