package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.relu;

import dev.steepest.optim.Role;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * A block of {@link GptLate2025}: x ← λ₀x + λ₁x₀; x += attention(norm(x)); x +=
 * proj(relu(fc(norm(x)))²); one block has no attention.
 *
 * <p>Legend: B batch, T tokens, H heads, d features of a head, D = H·d, F features of a gate.
 */
final class LateBlock {
  static final int EXPANSION = 4; // published
  static final int GATE_FEATURES = 12; // published
  private static final double GAIN = 0.5; // standard deviation times √fan-in, published

  private final int number;
  private final LateScalars scalars;
  private final Attention attention;
  private final FeedForward feedForward;
  private final RmsNorm norm;

  LateBlock(Site site, GptLate2025.Config config, LateScalars scalars, int number) {
    this.number = number;
    this.scalars = scalars;
    norm = RmsNorm.plain(site, config.dim());
    attention = config.attends(number) ? new Attention(site.at("attn"), config) : null;
    feedForward = new FeedForward(site.at("mlp"), config.dim());
  }

  /**
   * The stream behind this block.
   *
   * @param x_BTD the stream
   * @param first_BTD what it began with
   * @param extra_BTD added to the values of attention; null for nothing
   */
  Tensor apply(
      Tensor x_BTD, Tensor first_BTD, Tensor extra_BTD, WindowSchedule.Moment moment, Mode mode) {
    x_BTD = x_BTD.mul(scalars.block(number, 0)).add(first_BTD.mul(scalars.block(number, 1)));
    if (attention != null) {
      x_BTD = x_BTD.add(attention.apply(norm.apply(x_BTD), extra_BTD, moment, mode));
    }
    return x_BTD.add(feedForward.apply(norm.apply(x_BTD)));
  }

  /** U(±√3·.5/√fan-in), whose standard deviation is .5/√fan-in. */
  private static Tensor initial(Site site, long rows, long columns) {
    return site.init().symmetric(GAIN * Math.sqrt(3.0 / columns), rows, columns);
  }

  /** relu(x·W₁ᵀ)²·W₂ᵀ; W₂ begins at 0. */
  private static final class FeedForward {
    private final Tensor expand;
    private final Tensor project;

    FeedForward(Site site, int dim) {
      long inner = (long) EXPANSION * dim;
      expand = site.parameter("c_fc", Role.MATRIX, initial(site, inner, dim));
      project = site.parameter("c_proj", Role.MATRIX, site.init().constant(0, dim, inner));
    }

    Tensor apply(Tensor x_BTD) {
      return linear(relu(linear(x_BTD, expand)).square(), project);
    }
  }

  private final class Attention {
    private final Tensor weights_4DxD;
    private final Tensor gate_HxF;
    private final RmsNorm headNorm;
    private final CausalAttention mix;
    private final int dim;
    private final int heads;
    private final boolean far;

    Attention(Site site, GptLate2025.Config config) {
      dim = config.dim();
      heads = config.heads();
      far = config.far(number);
      Tensor start = site.init().constant(0, 4L * dim, dim); // queries, keys, values, output
      start.narrow(0, 0, 3L * dim).copy_(initial(site, 3L * dim, dim));
      weights_4DxD = site.blocks("qkvo_w", Role.MATRIX, 4, start);
      Tensor closed = site.init().constant(0, heads, GATE_FEATURES); // σ(0): half open
      gate_HxF = site.at("attn_gate").parameter("weight", Role.MATRIX, closed);
      headNorm = RmsNorm.plain(site, dim / heads);
      mix = new CausalAttention(site, config.context(), dim / heads, 0);
    }

    Tensor apply(Tensor x_BTD, Tensor extra_BTD, WindowSchedule.Moment moment, Mode mode) {
      Tensor in_3DxD = weights_4DxD.narrow(0, 0, 3L * dim);
      TensorVector qkv_BTHd = linear(x_BTD, in_3DxD).unflatten(-1, 3L * heads, -1).chunk(3, 2);
      Tensor q_BTHd = moment.rotary().apply(headNorm.apply(qkv_BTHd.get(0)));
      Tensor k_BTHd = moment.rotary().apply(headNorm.apply(qkv_BTHd.get(1)));
      Tensor v_BTHd = qkv_BTHd.get(2).mul(scalars.values(number, 0));
      if (extra_BTD != null) {
        v_BTHd = v_BTHd.add(extra_BTD.unflatten(-1, heads, -1).mul(scalars.values(number, 1)));
      }
      Sight sight = far ? moment.far() : moment.near();
      Tensor mixed_BTD = mix.apply(q_BTHd, k_BTHd, v_BTHd, sight, moment.scale(), mode);
      Tensor gate_BTH = linear(x_BTD.narrow(2, 0, gate_HxF.size(1)), gate_HxF).sigmoid();
      Tensor gated_BTHd = mixed_BTD.unflatten(-1, heads, -1).mul(gate_BTH.unsqueeze(-1));
      return linear(gated_BTHd.flatten(2, 3), weights_4DxD.narrow(0, 3L * dim, dim));
    }
  }
}
