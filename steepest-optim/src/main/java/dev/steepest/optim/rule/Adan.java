package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
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

/**
 * Nesterov momentum from the gradient and its change, over the root of their mean square.
 *
 * <pre>
 *   g ← g · min(1, c/(‖g‖ + ε)), ‖g‖ over all parameters of the group
 *   δ = g − g₋, 0 at the first step
 *   m ← β₁m + (1 − β₁)g
 *   v ← β₂v + (1 − β₂)δ
 *   n ← β₃n + (1 − β₃)(g + β₂δ)²
 *   d = √(n/(1 − β₃ᵏ)) + ε
 *   u = ηm/(1 − β₁ᵏ)/d + ηβ₂v/(1 − β₂ᵏ)/d
 *   θ ← (θ − u)/(1 + ηλ) (proximal) or θ(1 − ηλ) − u (decoupled)
 *   g₋ ← g
 * </pre>
 */
@Source(
    title = "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models",
    authors = "Xie, Zhou, Li, Lin, Yan",
    year = 2022,
    url = "https://arxiv.org/abs/2208.06677",
    algorithm = "Algorithm 1, as sail-sg/Adan adan.py",
    deviations =
        "β₁, β₂, β₃ are the shares of the old averages, as in the code: one minus the paper's; the"
            + " clip goes by the norm of the rule's group, where the code takes all groups")
public record Adan(
    @Knob(symbol = "η", value = "1e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "1 − β₁",
            value = "0.98",
            range = "[0, 1)",
            about = "decay of the average gradient")
        double beta1,
    @Knob(
            symbol = "1 − β₂",
            value = "0.92",
            range = "[0, 1)",
            about = "decay of the average change, and its share in the step")
        double beta2,
    @Knob(symbol = "1 − β₃", value = "0.99", range = "[0, 1)", about = "decay of the mean square")
        double beta3,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the mean square")
        double eps,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, times the learning rate")
        double weightDecay,
    @Knob(
            symbol = "no_prox",
            value = "proximal",
            about = "how the decay is taken",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(
            symbol = "c",
            value = "0",
            range = "[0, inf)",
            about = "largest norm of the group's gradient; 0 for any")
        double maxGradNorm)
    implements ElementWise, Rule.Collective {

  /** Begins a {@code Adan} whose hyper-parameters have their defaults. */
  public static AdanBuilder builder() {
    return new AdanBuilder();
  }

  /** How the weight decay is taken. */
  public enum Decay {
    /** (θ − u)/(1 + ηλ): the minimum of the decayed loss around θ − u. */
    PROXIMAL,
    /** θ(1 − ηλ) − u: as AdamW. */
    DECOUPLED
  }

  private static final String M = "gradient_average";
  private static final String V = "change_average";
  private static final String N = "second_moment";
  private static final String BEFORE = "previous_gradient"; // g₋
  private static final String CLIP = "clip"; // min(1, c/(‖g‖ + ε))

  /** Adan on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere("adan", "Nesterov momentum from the gradient's change", Adan.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(
        Buffer.like(parameter, M),
        Buffer.like(parameter, V),
        Buffer.like(parameter, N),
        Buffer.like(parameter, BEFORE));
  }

  @Override
  public Map<String, Tensor> survey(List<ParameterState> group, double lr, Shards shards) {
    if (maxGradNorm == 0) {
      return Map.of();
    }
    Tensor squares =
        group.stream()
            .map(p -> p.gradient().norm().square())
            .reduce(Tensor::add)
            .orElseGet(EmptyShard::part);
    Tensor norm = shards.sum(squares).sqrt();
    // min(1, c/(‖g‖ + ε))
    return Map.of(
        CLIP,
        norm.add(new Scalar(eps))
            .reciprocal_()
            .mul_(new Scalar(maxGradNorm))
            .clamp_max_(new Scalar(1.0)));
  }

  @Override
  public void update(Elements x, double lr) {
    Tensor g = maxGradNorm == 0 ? x.gradient() : x.gradient().mul(x.shared(CLIP));
    Tensor m = x.buffer(M);
    Tensor v = x.buffer(V);
    Tensor n = x.buffer(N);
    Tensor before = x.buffer(BEFORE);
    if (x.step() == 1) {
      before.copy_(g);
    }
    // δ = g − g₋
    Tensor change = g.sub(before);
    // m ← β₁m + (1 − β₁)g
    m.lerp_(g, new Scalar(1 - beta1));
    // v ← β₂v + (1 − β₂)δ
    v.lerp_(change, new Scalar(1 - beta2));
    // n ← β₃n + (1 − β₃)(g + β₂δ)²
    Tensor ahead = change.mul_(new Scalar(beta2)).add_(g);
    n.mul_(new Scalar(beta3)).addcmul_(ahead, ahead, new Scalar(1 - beta3));
    // d = √(n/(1 − β₃ᵏ)) + ε
    Tensor d = n.sqrt().div_(new Scalar(Math.sqrt(correction(beta3, x)))).add_(new Scalar(eps));
    if (decay == Decay.DECOUPLED) {
      // θ ← θ(1 − ηλ)
      x.value().mul_(new Scalar(1 - lr * weightDecay));
    }
    // θ ← θ − ηm/(1 − β₁ᵏ)/d − ηβ₂v/(1 − β₂ᵏ)/d
    x.value()
        .addcdiv_(m, d, new Scalar(-lr / correction(beta1, x)))
        .addcdiv_(v, d, new Scalar(-lr * beta2 / correction(beta2, x)));
    if (decay == Decay.PROXIMAL) {
      // θ ← θ/(1 + ηλ)
      x.value().div_(new Scalar(1 + lr * weightDecay));
    }
    // g₋ ← g
    before.copy_(g);
  }

  /** 1 − βᵏ */
  private static double correction(double beta, Elements x) {
    return 1 - Math.pow(beta, x.step());
  }
}
