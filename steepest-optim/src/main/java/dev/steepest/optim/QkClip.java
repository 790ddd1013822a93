package dev.steepest.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Keeps the logits of one attention layer from growing, by shrinking the query and key weights of
 * the heads whose logits have passed a threshold. It is called after the optimizer's step.
 *
 * <pre>
 *   γ_h = min(1, τ/S_h)      S_h: the largest logit of head h in this step's batch
 *   W_q of head h ← √γ_h·W_q;  W_k of head h ← √γ_h·W_k
 * </pre>
 *
 * <p>For multi-head attention with as many key as query heads, whose logits are bilinear in the two
 * projections: no norm between projection and product, which would undo the shrinking. A
 * projection's bias belongs to it. Heads are consecutive rows: head h of H has rows hd…(h+1)d − 1.
 * Nothing waits for the device.
 *
 * <p>Not for weights whose optimizer keeps a {@link HalfPrecision#MASTER_COPY}: the next step
 * writes the weight anew from the copy, which has not been shrunk, and so undoes the change. Keep
 * these projections in float32, or choose {@link HalfPrecision#STOCHASTIC} or {@link
 * HalfPrecision#NEAREST}.
 *
 * <p>Source: Kimi K2: Open Agentic Intelligence (arXiv 2507.20534), section 2.1, MuonClip, without
 * the parts for latent attention.
 */
public final class QkClip {

  /** τ of Kimi K2. */
  public static final double USUAL_THRESHOLD = 100;

  private final List<Parameter> projections;
  private final int parts;
  private final long heads;
  private final double threshold;

  private QkClip(List<Parameter> projections, int parts, long heads, double threshold) {
    this.projections = List.copyOf(projections);
    this.parts = parts;
    this.heads = heads;
    this.threshold = threshold;
    List<String> problems = new ArrayList<>();
    if (!(threshold > 0 && threshold < Double.POSITIVE_INFINITY)) {
      problems.add("threshold is " + threshold + " but must be in (0, inf)");
    }
    if (heads < 1) {
      problems.add("heads is " + heads + " but must be at least 1");
    }
    for (Parameter p : this.projections) {
      Tensor tensor = p.tensor();
      if (heads >= 1 && (tensor.dim() == 0 || tensor.size(0) % (parts * heads) != 0)) {
        problems.add(
            "the first dimension of '"
                + p.name()
                + "' "
                + Shapes.text(tensor)
                + " must be divisible by "
                + parts * heads
                + (parts == 1 ? " heads" : ": " + parts + " projections of " + heads + " heads"));
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("qk_clip: " + String.join("; ", problems));
    }
  }

  /**
   * A layer with a query and a key projection of their own.
   *
   * @param queryAndKey the weights (heads·d, in) of both, and their biases (heads·d) where they
   *     have any
   * @param heads number of heads
   * @param threshold τ, in (0, inf)
   */
  public static QkClip separate(List<Parameter> queryAndKey, int heads, double threshold) {
    return new QkClip(queryAndKey, 1, heads, threshold);
  }

  /**
   * A layer with one projection to queries, keys and values, one below the other.
   *
   * @param fused the weight (3·heads·d, in), and the bias (3·heads·d) where there is one
   * @param heads number of heads
   * @param threshold τ, in (0, inf)
   */
  public static QkClip fused(List<Parameter> fused, int heads, double threshold) {
    return new QkClip(fused, 3, heads, threshold);
  }

  /**
   * Clips.
   *
   * @param largest S: the largest logit of each head (heads), after the division by √d; on the
   *     weights' device
   */
  public void clip(Tensor largest) {
    if (largest.numel() != heads) {
      throw new IllegalArgumentException(
          "qk_clip needs the largest logit of each of "
              + heads
              + " heads but got "
              + Shapes.text(largest));
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      // √γ = √(τ/max(S, τ)): min(1, τ/S) also where S is not positive
      Tensor s = largest.detach().reshape(heads, 1).to(ScalarType.Double);
      Tensor root =
          s.clamp_min(new Scalar(threshold)).reciprocal_().mul_(new Scalar(threshold)).sqrt_();
      for (Parameter p : projections) {
        shrink(p.tensor(), root);
      }
    }
  }

  /** Multiplies the rows of queries and keys; values, the third part, are left out. */
  private void shrink(Tensor tensor, Tensor root) {
    long queriesAndKeys = Math.min(parts, 2);
    long rows = tensor.size(0) / parts;
    Tensor weights = tensor.narrow(0, 0, queriesAndKeys * rows);
    long[] rowByRow = LongStream.range(0, tensor.dim()).map(i -> i == 0 ? -1 : 1).toArray();
    Tensor factors = root.expand(queriesAndKeys, heads, rows / heads).reshape(rowByRow);
    // A weight in half precision is rounded once, after the product.
    boolean isDouble = tensor.scalar_type().intern() == ScalarType.Double;
    weights.copy_(weights.mul(isDouble ? factors : factors.to(ScalarType.Float)));
  }
}
