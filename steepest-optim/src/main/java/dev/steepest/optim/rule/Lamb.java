package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.stack;
import static org.bytedeco.pytorch.global.torch.where;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Adam whose step is as long as the tensor that it moves, times the learning rate: for large
 * batches.
 *
 * <pre>
 *   g ← g/max(1, ‖all g‖/G)
 *   m ← β₁m + (1 − β₁)g   (averaged)   or   β₁m + g
 *   v ← β₂v + (1 − β₂)g²
 *   u = m̂/(√v̂ + ε)
 *   u ← u + λw   (coupled)   or   w ← w − ηλw   (decoupled)   or   w − (η²/η_max)λw   (corrected)
 *   φ = ‖w‖/‖u‖, 1 where either is 0, at most 1 where clipped
 *   w ← w − ηφu
 * </pre>
 */
@Source(
    title = "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes",
    authors = "You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer, Hsieh",
    year = 2020,
    url = "https://arxiv.org/abs/1904.00962",
    algorithm = "Algorithm 2, as timm/optim/lamb.py, which follows apex's FusedLAMB",
    deviations =
        "as in timm, gradients are clipped together first and tensors without decay are not adapted; the norm is of the"
            + " group, where timm takes all groups: use the gradient-clipping wrapper for a bound over all")
public record Lamb(
    @Knob(symbol = "η", value = "1e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "decay of the first moment")
        double beta1,
    @Knob(symbol = "β₂", value = "0.999", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "ε",
            value = "1e-6",
            range = "(0, inf)",
            about = "added to the root of the second moment")
        double eps,
    @Knob(symbol = "λ", value = "0.01", range = "[0, inf)", about = "weight decay")
        double weightDecay,
    @Knob(
            symbol = "λ",
            value = "coupled",
            about = "where the decay enters",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(
            symbol = "G",
            value = "1",
            range = "(0, inf]",
            about = "largest norm of all gradients of the group together; inf for any")
        double maxGradNorm,
    @Knob(
            symbol = "m̂, v̂",
            value = "true",
            about = "divide the moments by what they lack in the first steps")
        boolean biasCorrection,
    @Knob(
            symbol = "1 − β₁",
            value = "true",
            about = "average the gradients in the first moment, else add them up")
        boolean gradAveraging,
    @Knob(symbol = "φ", value = "false", about = "never lengthen a step") boolean trustClip,
    @Knob(
            symbol = "φ",
            value = "false",
            about = "adapt the step also without decay",
            activeWith = "weight_decay=0")
        boolean alwaysAdapt,
    @Knob(
            symbol = "caution",
            value = "false",
            about = "drop what the gradient speaks against and scale up the rest")
        boolean caution)
    implements Rule, Rule.Collective {

  /** Begins a {@code Lamb} whose hyper-parameters have their defaults. */
  public static LambBuilder builder() {
    return new LambBuilder();
  }

  /** Where the decay enters. */
  public enum Decay {
    /** In the step, before it is adapted. */
    COUPLED,
    /** Apart, times the learning rate. */
    DECOUPLED,
    /**
     * Apart, times the learning rate's square over its largest value, which is the group's own
     * (arXiv 2506.02285).
     */
    CORRECTED
  }

  private static final String M = "first_moment";
  private static final String V = "second_moment";
  private static final String EXCESS = "excess";

  /** LAMB on all weights; norm weights and biases are neither decayed nor adapted. */
  public static List<Preset> presets() {
    return List.of(Preset.everywhere("lamb", "Adam with steps as long as the weights", Lamb.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.like(parameter, V));
  }

  /** How many times too long all gradients together are. */
  @Override
  public Map<String, Tensor> survey(List<ParameterState> group, double lr, Shards shards) {
    if (Double.isInfinite(maxGradNorm)) {
      return Map.of();
    }
    // max(1, ‖all g‖/G)
    Tensor norm = shards.sum(group.isEmpty() ? EmptyShard.part() : squares(group)).sqrt();
    return Map.of(EXCESS, norm.div_(new Scalar(maxGradNorm)).clamp_min_(new Scalar(1.0)));
  }

  private static Tensor squares(List<ParameterState> group) {
    TensorVector norms = new TensorVector();
    for (ParameterState p : group) {
      // One number type: a group may hold float32 beside float64.
      norms.push_back(p.gradient().norm().to(group.getFirst().value().scalar_type().intern()));
    }
    return stack(norms).square_().sum();
  }

  @Override
  public void update(ParameterState p, double lr) {
    // g ← g/max(1, ‖all g‖/G)
    Tensor g = Double.isInfinite(maxGradNorm) ? p.gradient() : p.gradient().div(p.shared(EXCESS));
    Tensor w = p.value();
    // m ← β₁m + (1 − β₁)g
    Tensor m = p.buffer(M).mul_(new Scalar(beta1));
    m.add_(g, new Scalar(gradAveraging ? 1 - beta1 : 1));
    // v ← β₂v + (1 − β₂)g²
    Tensor v = p.buffer(V).mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
    // u = m̂/(√v̂ + ε)
    double first = biasCorrection ? 1 - Math.pow(beta1, p.step()) : 1;
    double second = biasCorrection ? 1 - Math.pow(beta2, p.step()) : 1;
    Tensor denominator = v.sqrt().div_(new Scalar(Math.sqrt(second))).add_(new Scalar(eps));
    Tensor u = m.div(new Scalar(first)).div_(denominator);
    if (caution) {
      u = Caution.of(u, g);
    }
    if (weightDecay != 0) {
      switch (decay) {
        // u ← u + λw
        case COUPLED -> u.add_(w, new Scalar(weightDecay));
        // w ← w − ηλw
        case DECOUPLED -> w.mul_(new Scalar(1 - lr * weightDecay));
        // w ← w − (η²/η_max)λw
        case CORRECTED -> w.mul_(new Scalar(1 - lr * lr / lr() * weightDecay));
      }
    }
    // w ← w − ηφu
    if (weightDecay != 0 || alwaysAdapt) {
      u.mul_(trust(w.norm(), u.norm()));
    }
    w.sub_(u, new Scalar(lr));
  }

  /** φ of the formulas above, a scalar. */
  private Tensor trust(Tensor weight, Tensor step) {
    Tensor defined = weight.gt(new Scalar(0.0)).logical_and(step.gt(new Scalar(0.0)));
    Tensor ratio = where(defined, weight.div(step), new Scalar(1.0));
    return trustClip ? ratio.clamp_max_(new Scalar(1.0)) : ratio;
  }
}
