package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.baddbmm;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.full;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/**
 * Multi-head attention of every token to itself and the tokens before it, softmax(q·kᵀ/√d)·v,
 * without the projections around it.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head, D = H·d, G = B·H.
 *
 * <p>On the CPU the product is written out, because libtorch's flash kernel is several times slower
 * there in bf16. Queries come in blocks of rows, and each block sees only the keys up to its last
 * row: with four blocks that is 62.5 % of the full product.
 */
final class CausalAttention {
  private static final long ROWS = 256; // assumed: large enough for the matrix kernels

  private final long context;
  private final Tensor bias;
  private final Scalar one;
  private final Scalar scale;
  private final TensorOptional noMask;
  private final DoubleOptional defaultScale;
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
    long rows = Math.min(ROWS, context);
    // Added to the scores of a block: 0 for all keys before the block, then a triangle. Each block
    // takes as many of the zeros as it has keys before it.
    Tensor triangle = full(new long[] {rows, rows}, new Scalar(Float.NEGATIVE_INFINITY)).triu(1);
    bias = site.constant(cat(new TensorVector(zeros(rows, context), triangle), 1));
    one = site.keep(new Scalar(1));
    scale = site.keep(new Scalar(1 / Math.sqrt(features)));
    noMask = site.keep(new TensorOptional());
    defaultScale = site.keep(new DoubleOptional());
    rate = dropout;
    this.dropout = new Dropout(site, dropout);
  }

  /** Queries, keys and values [B, T, H, d] → mixed values [B, T, D]. */
  Tensor apply(Tensor q_BTHd, Tensor k_BTHd, Tensor v_BTHd, Mode mode) {
    Tensor q_BHTd = q_BTHd.transpose(1, 2);
    Tensor k_BHTd = k_BTHd.transpose(1, 2);
    Tensor v_BHTd = v_BTHd.transpose(1, 2);
    Tensor mixed_BHTd =
        q_BTHd.is_cuda()
            ? scaled_dot_product_attention(
                q_BHTd,
                k_BHTd,
                v_BHTd,
                noMask,
                mode == Mode.TRAIN ? rate : 0,
                true,
                defaultScale,
                false)
            : byBlocks(q_BHTd.flatten(0, 1), k_BHTd.flatten(0, 1), v_BHTd.flatten(0, 1), mode)
                .view_as(q_BHTd);
    return mixed_BHTd.transpose(1, 2).flatten(2, 3);
  }

  private Tensor byBlocks(Tensor q_GTd, Tensor k_GTd, Tensor v_GTd, Mode mode) {
    long tokens = q_GTd.size(1);
    Tensor ownBias = bias.to(q_GTd.scalar_type());
    TensorVector blocks = new TensorVector();
    for (long from = 0; from < tokens; from += ROWS) {
      long rows = Math.min(ROWS, tokens - from);
      long keys = from + rows;
      Tensor scores =
          baddbmm(
              ownBias.narrow(0, 0, rows).narrow(1, context - from, keys),
              q_GTd.narrow(1, from, rows),
              k_GTd.narrow(1, 0, keys).transpose(1, 2),
              one,
              scale);
      Tensor weights = dropout.apply(scores.softmax(-1), mode);
      blocks.push_back(weights.bmm(v_GTd.narrow(1, 0, keys)));
    }
    return cat(blocks, 1);
  }
}
