package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * AdamW with a second, slow average of the gradient beside the fast one.
 *
 * <pre>
 *   αₜ = αt/T_α while t &lt; T_α, then α
 *   β₃ₜ = f⁻¹((1 − t/T_β)f(β₁) + t/T_β·f(β₃)) while t &lt; T_β, then β₃
 *         f(β) = ln ½/ln β − 1, the half-life of an average
 *   m₁ ← β₁m₁ + (1 − β₁)g
 *   m₂ ← β₃ₜm₂ + (1 − β₃ₜ)g
 *   v ← β₂v + (1 − β₂)g²
 *   θ ← θ(1 − ηλ) − η(m₁/(1 − β₁ᵗ) + αₜm₂)/(√(v/(1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * <p>The slow average is not corrected for its start at 0.
 */
@Source(
    title = "The AdEMAMix Optimizer: Better, Faster, Older",
    authors = "Pagliardini, Ablin, Grangier",
    year = 2024,
    url = "https://arxiv.org/abs/2409.03137",
    algorithm = "Algorithm 1, as apple/ml-ademamix pytorch/ademamix.py")
public record AdEMAMix(
    @Knob(symbol = "η", value = "1e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "β₁",
            value = "0.9",
            range = "[0, 0.99999999)",
            about = "decay of the fast average")
        double beta1,
    @Knob(symbol = "β₂", value = "0.999", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "β₃",
            value = "0.9999",
            range = "[0, 0.99999999)",
            about = "decay of the slow average; below 1 - 1e-8, where the source's half-life ends",
            activeWith = "alpha=2")
        double beta3,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the second moment")
        double eps,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, times the learning rate")
        double weightDecay,
    @Knob(symbol = "α", value = "2", range = "[0, inf)", about = "share of the slow average")
        double alpha,
    @Knob(
            symbol = "T_α",
            value = "0",
            range = "[0, inf)",
            about = "steps over which α grows from 0; 0 for none",
            activeWith = "alpha=2")
        long alphaWarmup,
    @Knob(
            symbol = "T_β₃",
            value = "0",
            range = "[0, inf)",
            about = "steps over which β₃ grows from β₁; 0 for none",
            activeWith = "alpha=2")
        long beta3Warmup)
    implements ElementWise {

  /** Begins a {@code AdEMAMix} whose hyper-parameters have their defaults. */
  public static AdEMAMixBuilder builder() {
    return new AdEMAMixBuilder();
  }

  private static final String FAST = "fast_average"; // m₁
  private static final String SLOW = "slow_average"; // m₂
  private static final String V = "second_moment";

  private static final double LN_GUARD = 1e-8; // added to β before its logarithm, as in the source

  /** AdEMAMix on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "ademamix", "AdamW with a slow average of the gradient beside it", AdEMAMix.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    List<Buffer> buffers = new ArrayList<>();
    if (beta1 != 0) {
      buffers.add(Buffer.like(parameter, FAST));
    }
    buffers.add(Buffer.like(parameter, SLOW));
    buffers.add(Buffer.like(parameter, V));
    return buffers;
  }

  @Override
  public void update(Elements x, double lr) {
    long t = x.step();
    Tensor g = x.gradient();
    Tensor v = x.buffer(V);
    // m₁ ← β₁m₁ + (1 − β₁)g; without memory it is g
    Tensor fast = beta1 == 0 ? g : x.buffer(FAST).lerp_(g, new Scalar(1 - beta1));
    // m₂ ← β₃ₜm₂ + (1 − β₃ₜ)g
    Tensor slow = x.buffer(SLOW).lerp_(g, new Scalar(1 - beta3(t)));
    // v ← β₂v + (1 − β₂)g²
    v.mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
    // θ ← θ(1 − ηλ) − η(m₁/(1 − β₁ᵗ) + αₜm₂)/(√(v/(1 − β₂ᵗ)) + ε)
    double root = Math.sqrt(1 - Math.pow(beta2, t));
    Tensor mixed = fast.div(new Scalar(1 - Math.pow(beta1, t))).add_(slow, new Scalar(alpha(t)));
    Tensor denominator = v.sqrt().div_(new Scalar(root)).add_(new Scalar(eps));
    x.value().mul_(new Scalar(1 - lr * weightDecay)).addcdiv_(mixed, denominator, new Scalar(-lr));
  }

  /** αₜ */
  double alpha(long t) {
    return t < alphaWarmup ? alpha * t / alphaWarmup : alpha;
  }

  /** β₃ₜ */
  double beta3(long t) {
    if (t >= beta3Warmup) {
      return beta3;
    }
    double part = (double) t / beta3Warmup;
    double halfLife = (1 - part) * halfLife(beta1) + part * halfLife(beta3);
    // f⁻¹
    return Math.pow(0.5, 1 / (halfLife + 1));
  }

  /** f(β): after so many steps, and one, an average with decay β has forgotten half. */
  private static double halfLife(double beta) {
    return Math.log(0.5) / Math.log(beta + LN_GUARD) - 1;
  }
}
