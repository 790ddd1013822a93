package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.empty_like;
import static org.bytedeco.pytorch.global.torch.full_like;
import static org.bytedeco.pytorch.global.torch.get_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import dev.steepest.optim.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One matrix W that turns tokens into features on the way in and features into logits on the way
 * out; its gradient is the sum of both uses.
 *
 * <p>Legend: N = batch·time, D features, V vocabulary.
 */
final class TokenTable {
  /** The target of a token that is not to be predicted. */
  static final int IGNORED = -1;

  /**
   * Logits per chunk: 667 rows of a vocabulary of 50,304. Under bf16 autocast a logit takes 12
   * bytes (itself in bf16 and float32, its log-probability, its error in bf16), so 400 MB whatever
   * the batch (derived). Forward and backward of 2,048 rows, D 768: 3.88 s by cross_entropy of all
   * logits, 4.05 in these chunks, 5.40 in chunks of 166 rows, where adding up W's gradient weighs
   * more (measured, 2 shared cores).
   */
  private static final long CHUNK = 1 << 25;

  private final Tensor weight_VD;
  private final Scalar ignored;
  private final Scalar zero;
  private final Scalar minusOne;
  private final long chunk;

  /** A table whose values begin as {@code initial}, [V, D]; counted as the weight of the head. */
  TokenTable(Site site, Tensor initial) {
    this(site, initial, CHUNK);
  }

  TokenTable(Site site, Tensor initial, long chunk) {
    weight_VD = site.parameter("weight", Role.HEAD, initial);
    ignored = site.keep(new Scalar(IGNORED));
    zero = site.keep(new Scalar(0));
    minusOne = site.keep(new Scalar(-1));
    this.chunk = chunk;
  }

  /**
   * A state dict of the original code without its second name for the same matrix.
   *
   * @throws IllegalArgumentException if the two differ: then the head is not tied
   */
  static SequencedMap<String, Tensor> untied(
      Map<String, Tensor> values, String table, String head) {
    var one = new LinkedHashMap<>(values);
    Tensor second = one.remove(head);
    if (second != null && one.containsKey(table) && !second.equal(one.get(table))) {
      throw new IllegalArgumentException(
          "%s differs from %s, but here the two are one matrix; load a state with a tied head."
              .formatted(head, table));
    }
    return one;
  }

  /** Tokens, int64 of any shape → […, D]. */
  Tensor embed(Tensor tokens) {
    return embedding(weight_VD, tokens);
  }

  /** […, D] → logits […, V] in float32, in float64 where the network is. */
  Tensor logits(Tensor x) {
    return linear(x, weight_VD).to(weight_VD.scalar_type());
  }

  /**
   * Mean cross entropy of the logits of x, without ever holding all logits: a chunk's gradient is
   * computed with its loss, by the formula softmax − target, and only the gradients of x and W are
   * kept. They enter the graph as x·∇x + W·∇W (whose value is subtracted again), which is linear:
   * any further factor and sum of losses comes out right, a second derivative does not.
   *
   * @param x features, […, D]
   * @param targets int64 of x's leading shape; {@link #IGNORED} ones do not count
   * @return a scalar in W's type; NaN if all targets are ignored
   */
  Tensor crossEntropy(Tensor x, Tensor targets) {
    Tensor x_ND = x.flatten(0, -2);
    Sums sums = new Sums(x_ND, targets.flatten());
    if (!GradMode.is_enabled()) {
      return sums.loss;
    }
    Tensor slope =
        x_ND.flatten()
            .dot(sums.slope_ND.flatten())
            .add(weight_VD.flatten().dot(sums.slope_VD.flatten()))
            .div(sums.count);
    return sums.loss.add(slope.sub(slope.detach()));
  }

  private ScalarType computeType() {
    DeviceType device = weight_VD.device().type();
    return is_autocast_enabled(device) ? get_autocast_dtype(device) : weight_VD.scalar_type();
  }

  /** The loss and, where gradients are on, the gradients of its sum over the targets. */
  private final class Sums {
    private final ScalarType type = computeType();
    private final Tensor count;
    private Tensor loss;
    private Tensor slope_ND;
    private Tensor slope_VD;

    Sums(Tensor x_ND, Tensor targets_N) {
      boolean derive = GradMode.is_enabled();
      try (AutoGradMode _ = new AutoGradMode(false)) {
        Tensor kept_N1 = targets_N.ne(ignored).to(weight_VD.scalar_type()).unsqueeze(1);
        Tensor target_N1 = targets_N.masked_fill(targets_N.eq(ignored), zero).unsqueeze(1);
        count = kept_N1.sum();
        loss = zeros_like(count);
        if (derive) {
          slope_ND = empty_like(x_ND);
          slope_VD = zeros_like(weight_VD);
        }
        add(x_ND.to(type), target_N1, kept_N1);
        loss = loss.div(count);
      }
    }

    private void add(Tensor x_ND, Tensor target_N1, Tensor kept_N1) {
      Tensor w_VD = weight_VD.to(type);
      long tokens = x_ND.size(0);
      long rows = Math.max(1, chunk / w_VD.size(0));
      for (long from = 0; from < tokens; from += rows) {
        long count = Math.min(rows, tokens - from);
        try (PointerScope _ = new PointerScope()) {
          addChunk(
              w_VD,
              x_ND.narrow(0, from, count),
              target_N1.narrow(0, from, count),
              kept_N1.narrow(0, from, count),
              slope_ND == null ? null : slope_ND.narrow(0, from, count));
        }
      }
    }

    private void addChunk(
        Tensor w_VD, Tensor x_nD, Tensor target_n1, Tensor kept_n1, Tensor part_nD) {
      Tensor logits_nV = x_nD.mm(w_VD.t()).to(weight_VD.scalar_type());
      Tensor logP_nV = logits_nV.log_softmax(-1);
      loss.sub_(logP_nV.gather(1, target_n1).mul_(kept_n1).sum());
      if (part_nD == null) {
        return;
      }
      Tensor error_nV = logP_nV.exp_();
      error_nV.scatter_add_(1, target_n1, full_like(kept_n1, minusOne));
      // Rows of ignored targets are blanked where they are short: in x and in its gradient.
      error_nV = error_nV.to(type);
      part_nD.copy_(error_nV.mm(w_VD)).mul_(kept_n1);
      slope_VD.add_(error_nV.t().mm(x_nD.mul(kept_n1).to(type)));
    }
  }
}
