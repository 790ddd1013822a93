package dev.steepest.lab.model;

import static org.bytedeco.pytorch.global.torch.empty_like;
import static org.bytedeco.pytorch.global.torch.full_like;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The matrix W that turns features into logits, and what is made of the logits: a loss or a
 * judgement, without ever holding the logits of all tokens.
 *
 * <p>Legend: N = batch·time, n rows of a chunk, m of a slice, D features, V vocabulary.
 */
final class Head {
  /** The target of a token that is not to be predicted. */
  static final int IGNORED = -1;

  /**
   * Logits per chunk: 667 rows of a vocabulary of 50,304, 67 MB in bf16 whatever the batch
   * (derived). Forward and backward of 2,048 rows, D 768: 3.88 s by cross_entropy of all logits,
   * 4.05 in these chunks, 5.40 in chunks of 166 rows, where adding up W's gradient weighs more
   * (measured, 2 shared cores).
   */
  private static final long CHUNK = 1 << 25;

  /**
   * Logits per slice of a chunk on the CPU, where the softmax goes over them several times in
   * float32: 8 MB, less than the last cache (assumed). On a GPU a chunk is one slice: there, many
   * small kernels cost more than memory does.
   */
  private static final long SLICE = 1 << 21;

  private final Tensor weight_VD;
  private final LogitCap cap;
  private final Scalar ignored;
  private final Scalar zero;
  private final Scalar minusOne;
  private final LongOptional classes;
  private final long chunk;

  /** A head of the given weight, [V, D]. */
  Head(Site site, Tensor weight, LogitCap cap) {
    this(site, weight, cap, CHUNK);
  }

  Head(Site site, Tensor weight, LogitCap cap, long chunk) {
    weight_VD = weight;
    this.cap = cap;
    ignored = site.keep(new Scalar(IGNORED));
    zero = site.keep(new Scalar(0));
    minusOne = site.keep(new Scalar(-1));
    classes = site.keep(new LongOptional(-1));
    this.chunk = chunk;
  }

  /** […, D] → logits […, V] in float32, in float64 where the network is. */
  Tensor logits(Tensor x) {
    return cap.apply(linear(x, weight_VD).to(weight_VD.scalar_type()));
  }

  /**
   * Mean cross entropy of the logits of x: a chunk's gradient is computed with its loss, by the
   * formula softmax − target, and only the gradients of x and W are kept. They enter the graph as
   * x·∇x + W·∇W (whose value is subtracted again), which is linear: any further factor and sum of
   * losses comes out right, a second derivative does not.
   *
   * @param x features, […, D]
   * @param targets int64 of x's leading shape; {@link #IGNORED} ones do not count
   * @return a scalar in W's type; NaN if all targets are ignored
   */
  Tensor crossEntropy(Tensor x, Tensor targets) {
    // What the graph does not keep is freed here: W's gradient above all.
    return Block.apply(x.flatten(0, -2), x_ND -> mean(x_ND, targets.flatten()));
  }

  private Tensor mean(Tensor x_ND, Tensor targets_N) {
    boolean derive = GradMode.is_enabled();
    Sums sums = new Sums(x_ND, targets_N, derive ? Wanted.GRADIENT : Wanted.LOSS);
    Tensor mean = sums.loss.div(sums.count).to(weight_VD.scalar_type());
    if (!derive) {
      return mean;
    }
    Tensor slope =
        x_ND.flatten()
            .dot(sums.slope_ND.flatten())
            .add(weight_VD.flatten().dot(sums.slope_VD.flatten()))
            .div(sums.count);
    return mean.add(slope.sub(slope.detach()));
  }

  /** What the logits of x say about the targets, without a gradient; arguments as above. */
  LanguageNetwork.Judgement judge(Tensor x, Tensor targets) {
    Sums sums = new Sums(x.flatten(0, -2), targets.flatten(), Wanted.JUDGEMENT);
    return new LanguageNetwork.Judgement(
        sums.loss, sums.hits.to(ScalarType.Long), sums.count.to(ScalarType.Long));
  }

  private enum Wanted {
    LOSS,
    /** The loss and the gradients of its sum over the targets. */
    GRADIENT,
    /** The loss and how often the largest logit is the target's. */
    JUDGEMENT
  }

  /** Sums over all targets that count. */
  private final class Sums {
    private final ScalarType type = ComputeType.of(weight_VD);
    private final Wanted wanted;
    private final Tensor count;
    private final Tensor loss;
    private final Tensor hits;
    private Tensor slope_ND;
    private Tensor slope_VD;

    Sums(Tensor x_ND, Tensor targets_N, Wanted wanted) {
      this.wanted = wanted;
      try (AutoGradMode _ = new AutoGradMode(false)) {
        Tensor kept_N1 = targets_N.ne(ignored).to(weight_VD.scalar_type()).unsqueeze(1);
        Tensor target_N1 = targets_N.masked_fill(targets_N.eq(ignored), zero).unsqueeze(1);
        count = kept_N1.sum();
        // Sums of many chunks, and over the chunks of a whole text, lose nothing in float64.
        loss = zeros_like(count.to(ScalarType.Double));
        hits = zeros_like(count.to(ScalarType.Double));
        if (wanted == Wanted.GRADIENT) {
          slope_ND = empty_like(x_ND);
          slope_VD = zeros_like(weight_VD);
        }
        add(x_ND.to(type), target_N1, kept_N1);
      }
    }

    private void add(Tensor x_ND, Tensor target_N1, Tensor kept_N1) {
      Tensor w_VD = weight_VD.to(type);
      long tokens = x_ND.size(0);
      long rows = Math.max(1, chunk / w_VD.size(0));
      for (long from = 0; from < tokens; from += rows) {
        long length = Math.min(rows, tokens - from);
        try (PointerScope _ = new PointerScope()) {
          addChunk(
              w_VD,
              x_ND.narrow(0, from, length),
              target_N1.narrow(0, from, length),
              kept_N1.narrow(0, from, length),
              slope_ND == null ? null : slope_ND.narrow(0, from, length));
        }
      }
    }

    private void addChunk(
        Tensor w_VD, Tensor x_nD, Tensor target_n1, Tensor kept_n1, Tensor part_nD) {
      Tensor logits_nV = x_nD.mm(w_VD.t());
      long rows = x_nD.size(0);
      long step = w_VD.is_cpu() ? Math.max(1, SLICE / w_VD.size(0)) : rows;
      for (long from = 0; from < rows; from += step) {
        long length = Math.min(step, rows - from);
        try (PointerScope _ = new PointerScope()) {
          addSlice(
              logits_nV.narrow(0, from, length),
              target_n1.narrow(0, from, length),
              kept_n1.narrow(0, from, length));
        }
      }
      if (wanted == Wanted.GRADIENT) {
        // Rows of ignored targets are blanked where they are short: in x and in its gradient.
        part_nD.copy_(logits_nV.mm(w_VD)).mul_(kept_n1);
        slope_VD.add_(logits_nV.t().mm(x_nD.mul(kept_n1).to(type)));
      }
    }

    /** Adds up a few rows; if a gradient is wanted, it replaces their logits. */
    private void addSlice(Tensor z_mV, Tensor target_m1, Tensor kept_m1) {
      Tensor logits_mV = cap.apply(z_mV.to(weight_VD.scalar_type()));
      Tensor logP_mV = logits_mV.log_softmax(-1);
      loss.sub_(logP_mV.gather(1, target_m1).mul_(kept_m1).to(ScalarType.Double).sum());
      switch (wanted) {
        case LOSS -> {}
        case JUDGEMENT ->
            hits.add_(logits_mV.argmax(classes, true).eq(target_m1).mul(kept_m1).sum());
        case GRADIENT -> {
          Tensor error_mV = logP_mV.exp_();
          error_mV.scatter_add_(1, target_m1, full_like(kept_m1, minusOne));
          Tensor slope_mV = cap.slope(logits_mV);
          z_mV.copy_(slope_mV == null ? error_mV : error_mV.mul_(slope_mV));
        }
      }
    }
  }
}
