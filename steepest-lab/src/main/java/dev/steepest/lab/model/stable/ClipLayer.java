package dev.steepest.lab.model.stable;

import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import dev.steepest.lab.model.Linear;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** x += Attention(Norm(x)), x += MLP(Norm(x)), on [N, T, D]. */
final class ClipLayer {
  private static final double QUICK_SLOPE = 1.702; // Hendrycks & Gimpel, 2016, arXiv:1606.08415

  private final ClipConfig config;
  private final FrozenLayerNorm norm1;
  private final FrozenLayerNorm norm2;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;
  private final Linear up;
  private final Linear down;
  private final Scalar slope;
  private final TensorOptional noMask;
  private final DoubleOptional defaultScale;

  ClipLayer(Shelf shelf, ClipConfig config) {
    this.config = config;
    int width = config.width();
    Shelf attention = shelf.at("self_attn");
    key = attention.at("k_proj").linear(width, width);
    value = attention.at("v_proj").linear(width, width);
    query = attention.at("q_proj").linear(width, width);
    out = attention.at("out_proj").linear(width, width);
    norm1 = new FrozenLayerNorm(shelf.at("layer_norm1"), width, config.epsilon());
    up = shelf.at("mlp").at("fc1").linear(width, config.inner());
    down = shelf.at("mlp").at("fc2").linear(config.inner(), width);
    norm2 = new FrozenLayerNorm(shelf.at("layer_norm2"), width, config.epsilon());
    slope = shelf.state().keep(new Scalar(QUICK_SLOPE));
    noMask = shelf.nothing();
    defaultScale = shelf.state().keep(new DoubleOptional());
  }

  Tensor apply(Tensor x_NTD) {
    Tensor attended = x_NTD.add(attend(norm1.apply(x_NTD)));
    return attended.add(down.apply(activate(up.apply(norm2.apply(attended)))));
  }

  private Tensor attend(Tensor x_NTD) {
    Tensor mixed_NHTd =
        scaled_dot_product_attention(
            heads(query.apply(x_NTD)),
            heads(key.apply(x_NTD)),
            heads(value.apply(x_NTD)),
            noMask,
            0,
            true, // causal
            defaultScale,
            false);
    return out.apply(mixed_NHTd.transpose(1, 2).reshape(x_NTD.size(0), x_NTD.size(1), -1));
  }

  /** [N, T, D] → [N, H, T, D/H] */
  private Tensor heads(Tensor x_NTD) {
    return x_NTD.view(x_NTD.size(0), x_NTD.size(1), config.heads(), -1).transpose(1, 2);
  }

  private Tensor activate(Tensor x) {
    return switch (config.activation()) {
      case EXACT -> gelu(x);
      case QUICK -> x.mul(x.mul(slope).sigmoid());
    };
  }
}
