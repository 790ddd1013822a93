package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import dev.steepest.lab.model.Block;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * softmax(q·kᵀ/√d)·v without mask.
 *
 * <p>Legend: N images, H heads, T queries, S keys and values, d features of a head.
 */
final class AttentionProduct {

  private AttentionProduct() {}

  /**
   * By libtorch's kernel, which never holds all scores; in bf16 on a CPU, where that kernel is slow
   * by a factor of ten, written out for one image and head at a time.
   *
   * @param q_NHTd queries
   * @param k_NHSd keys
   * @param v_NHSd values
   * @return [N, H, T, d] in v's type
   */
  static Tensor of(Tensor q_NHTd, Tensor k_NHSd, Tensor v_NHSd, UnetConfig.Scores scores) {
    ScalarType type = v_NHSd.scalar_type().intern();
    boolean half = type == ScalarType.BFloat16 || type == ScalarType.Half;
    if (!half) {
      return scaled_dot_product_attention(q_NHTd, k_NHSd, v_NHSd);
    }
    if (q_NHTd.is_cuda()) {
      return scores == UnetConfig.Scores.UPCAST
          ? scaled_dot_product_attention(
                  q_NHTd.to(ScalarType.Float),
                  k_NHSd.to(ScalarType.Float),
                  v_NHSd.to(ScalarType.Float))
              .to(type)
          : scaled_dot_product_attention(q_NHTd, k_NHSd, v_NHSd);
    }
    return oneByOne(q_NHTd, k_NHSd, v_NHSd, scores == UnetConfig.Scores.UPCAST);
  }

  private static Tensor oneByOne(Tensor q_NHTd, Tensor k_NHSd, Tensor v_NHSd, boolean upcast) {
    ScalarType type = v_NHSd.scalar_type().intern();
    ScalarType scored = upcast ? ScalarType.Float : type;
    Scalar scale = new Scalar(1 / Math.sqrt((double) q_NHTd.size(3)));
    Tensor q = q_NHTd.mul(scale).flatten(0, 1).to(scored);
    Tensor k = k_NHSd.flatten(0, 1).transpose(1, 2).to(scored);
    Tensor v = v_NHSd.flatten(0, 1);
    TensorVector mixed = new TensorVector(q.size(0));
    for (long i = 0; i < q.size(0); i++) {
      Tensor k_dS = k.select(0, i);
      Tensor v_Sd = v.select(0, i);
      mixed.put(
          i,
          Block.apply(q.select(0, i), q_Td -> q_Td.matmul(k_dS).softmax(-1).to(type).matmul(v_Sd)));
    }
    return cat(mixed, 0).view(q_NHTd.size(0), q_NHTd.size(1), q_NHTd.size(2), -1);
  }
}
