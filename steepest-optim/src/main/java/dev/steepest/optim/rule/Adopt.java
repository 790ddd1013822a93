package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam whose gradient is scaled by the second moment of the gradients before it, and only then
 * averaged: it converges whatever β₂ is.
 *
 * <pre>
 *   g ← g + λθ (coupled)
 *   first call: v ← g², nothing else
 *   t-th call after it:
 *   θ ← θ(1 − αλ) (decoupled)
 *   n = g/max(√v, ε), within ±c·tᵖ
 *   m ← β₁m + (1 − β₁)n
 *   θ ← θ − αm
 *   v ← β₂v + (1 − β₂)g²
 * </pre>
 */
@Source(
    title = "ADOPT: Modified Adam Can Converge with Any β₂ with the Optimal Rate",
    authors =
        "Taniguchi, Harada, Minegishi, Oshima, Jeong, Nagahara, Iiyama, Suzuki, Iwasawa, Matsuo",
    year = 2024,
    url = "https://arxiv.org/abs/2411.02853",
    algorithm = "class ADOPT of iShohei220/adopt adopt.py",
    deviations = "of the code's functions of t for the clip, powers only")
public record Adopt(
    @Knob(symbol = "α", value = "1e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "decay of the first moment")
        double beta1,
    @Knob(symbol = "β₂", value = "0.9999", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "ε",
            value = "1e-6",
            range = "(0, inf)",
            about = "floor of the root of the second moment")
        double eps,
    @Knob(symbol = "λ", value = "0", range = "[0, inf)", about = "weight decay") double weightDecay,
    @Knob(
            symbol = "decouple",
            value = "coupled",
            about = "whether the decay goes through the gradient",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(symbol = "cₜ", value = "power", about = "whether the scaled gradient is clipped")
        Clip clip,
    @Knob(
            symbol = "p",
            value = "0.25",
            range = "[0, inf)",
            about = "the clip grows as this power of t; 0 keeps it",
            activeWith = "clip=power")
        double clipExponent,
    @Knob(
            symbol = "c",
            value = "1",
            range = "(0, inf)",
            about = "the clip at the first step that it acts in",
            activeWith = "clip=power")
        double clipScale)
    implements ElementWise {

  /** Begins a {@code Adopt} whose hyper-parameters have their defaults. */
  public static AdoptBuilder builder() {
    return new AdoptBuilder();
  }

  /** Where the weight decay acts. */
  public enum Decay {
    /** Added to the gradient, hence scaled by the moments. */
    COUPLED,
    /** Taken off the weights, times the learning rate, as in AdamW. */
    DECOUPLED
  }

  /** What happens to large elements of the scaled gradient. */
  public enum Clip {
    /** They are kept within ±c·tᵖ. */
    POWER,
    /** Nothing. */
    NONE
  }

  private static final String M = "first_moment";
  private static final String V = "second_moment";

  /** ADOPT on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere("adopt", "Adam that scales first and averages then", Adopt.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M), Buffer.like(parameter, V));
  }

  @Override
  public void update(Elements x, double lr) {
    Tensor v = x.buffer(V);
    // g ← g + λθ
    Tensor g =
        decay == Decay.COUPLED && weightDecay != 0
            ? x.gradient().add(x.value(), new Scalar(weightDecay))
            : x.gradient();
    if (x.step() == 1) {
      // v ← g²
      v.addcmul_(g, g);
      return;
    }
    if (decay == Decay.DECOUPLED) {
      // θ ← θ(1 − αλ)
      x.value().mul_(new Scalar(1 - lr * weightDecay));
    }
    // n = g/max(√v, ε)
    Tensor n = g.div(v.sqrt().clamp_min_(new Scalar(eps)));
    if (clip == Clip.POWER) {
      // within ±c·tᵖ
      double bound = clipScale * Math.pow(x.step() - 1, clipExponent);
      n.clamp_(new ScalarOptional(new Scalar(-bound)), new ScalarOptional(new Scalar(bound)));
    }
    // m ← β₁m + (1 − β₁)n
    Tensor m = x.buffer(M).lerp_(n, new Scalar(1 - beta1));
    // θ ← θ − αm
    x.value().sub_(m, new Scalar(lr));
    // v ← β₂v + (1 − β₂)g²
    v.mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
  }
}
