package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.maximum;
import static org.bytedeco.pytorch.global.torch.minimum;
import static org.bytedeco.pytorch.global.torch.where;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Numbers;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Role;
import dev.steepest.optim.Rule;
import dev.steepest.optim.Shards;
import dev.steepest.optim.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adam that finds its own learning rate: d, a lower bound of the distance from the first weights to
 * a solution, shared by all parameters of the group.
 *
 * <pre>
 *   η = d·γ·(√(1 − β₂ᵏ)/(1 − β₁ᵏ) with bias correction, else 1)
 *   g ← g + λθ   (coupled decay)
 *   r ← β₃r + (d/d₀)η·⟨g, θ₀ − θ⟩
 *   m ← β₁m + d(1 − β₁)g
 *   v ← β₂v + d²(1 − β₂)g²
 *   s ← β₃s + (d/d₀)η·g   (safeguard: (d/d₀)d·g)
 *   d̂ = c·r/‖s‖₁
 *   d₊ = min(max of all d̂, d·growth);   at d = d₀ first d ← max(d, d̂)
 *   θ ← θ − ληθ   (decoupled decay)
 *   θ ← θ − η·m/(√v + d₊ε)
 *   d ← d₊
 * </pre>
 */
@Source(
    title = "Prodigy: An Expeditiously Adaptive Parameter-Free Learner",
    authors = "Mishchenko, Defazio",
    year = 2023,
    url = "https://arxiv.org/abs/2306.06101",
    algorithm = "Algorithm 4 (Adam version), as konstmish/prodigy prodigyopt/prodigy.py",
    deviations =
        "a step in which every gradient so far is zero counts towards the bias correction; d belongs to the group, where"
            + " the code takes all groups together; parameters that have no gradient for a while do not see d grow until they"
            + " step beside ones that did")
public record Prodigy(
    @Knob(
            symbol = "γ",
            value = "1",
            range = "(0, inf)",
            about = "multiplies the found learning rate; leave it at 1 and schedule it")
        double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "decay of the first moment")
        double beta1,
    @Knob(symbol = "β₂", value = "0.999", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
    @Knob(
            symbol = "β₃",
            value = "root_of_beta2",
            about = "where the decay of r and s comes from",
            activeWith = "d_coef=1e4")
        Beta3Form beta3Form,
    @Knob(
            symbol = "β₃",
            value = "0.9995",
            range = "[0, 1)",
            about = "decay of r and s",
            activeWith = "beta3_form=given,d_coef=1e4")
        double beta3,
    @Knob(
            symbol = "ε",
            value = "1e-8",
            range = "(0, inf)",
            about = "added to the root of the second moment, times d")
        double eps,
    @Knob(symbol = "λ", value = "0", range = "[0, inf)", about = "weight decay") double weightDecay,
    @Knob(
            symbol = "λ",
            value = "decoupled",
            about = "where the decay enters",
            activeWith = "weight_decay=0.1")
        Decay decay,
    @Knob(symbol = "d₀", value = "1e-6", range = "(0, inf)", about = "first d; rarely changed")
        double d0,
    @Knob(
            symbol = "c",
            value = "1",
            range = "(0, inf)",
            about = "multiplies the estimate of d: the knob to tune")
        double dCoef,
    @Knob(
            symbol = "growth",
            value = "inf",
            range = "[1, inf]",
            about = "d grows by at most this factor in a step, once it has left its first value",
            activeWith = "d_coef=1e4")
        double growthRate,
    @Knob(symbol = "k", value = "false", about = "Adam's bias correction, as one factor")
        boolean useBiasCorrection,
    @Knob(
            symbol = "s",
            value = "false",
            about = "keep the learning rate out of s; for warm-ups",
            activeWith = "d_coef=1e4")
        boolean safeguardWarmup,
    @Knob(
            symbol = "p",
            value = "1",
            range = "[1, inf)",
            about = "estimate d from every p-th element only, to save memory",
            activeWith = "d_coef=1e4")
        long sliceP)
    implements Rule, Rule.Collective {

  /** Begins a {@code Prodigy} whose hyper-parameters have their defaults. */
  public static ProdigyBuilder builder() {
    return new ProdigyBuilder();
  }

  /** Where β₃ comes from. */
  public enum Beta3Form {
    /** √β₂ */
    ROOT_OF_BETA2,
    /** The knob beta3. */
    GIVEN
  }

  /** Where the decay enters. */
  public enum Decay {
    /** Apart from the gradient, as in AdamW. */
    DECOUPLED,
    /** In the gradient, as in Adam. */
    COUPLED
  }

  private static final String M = "first_moment";
  private static final String V = "second_moment";
  private static final String S = "s";
  private static final String START = "start"; // θ₀
  private static final String D = "d";
  private static final String D_MAX = "d_max";
  private static final String R = "r";
  private static final String K = "k";
  private static final String RATE = "rate"; // η
  private static final String GUARD = "guard"; // d₊ε
  private static final String NEXT_D = "next_d"; // d₊

  /** Prodigy on all weights together, as d is one. */
  public static List<Preset> presets() {
    return List.of(
        new Preset(
            "prodigy",
            "Adam that finds its own learning rate; decay, where given, is on every parameter",
            List.of(new Preset.Slot("", EnumSet.allOf(Role.class), Prodigy.class, Map.of()))));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    long sliced = (parameter.tensor().numel() + sliceP - 1) / sliceP;
    List<Buffer> buffers =
        new ArrayList<>(
            List.of(
                Buffer.like(parameter, V),
                Buffer.zeros(S, sliced),
                Buffer.zeros(START, sliced),
                Buffer.filled(D, d0),
                Buffer.filled(D_MAX, d0),
                Buffer.zeros(R)));
    if (beta1 > 0) {
      buffers.addFirst(Buffer.like(parameter, M));
    }
    return buffers;
  }

  /** The steps that moved anything: those of rate 0 do not count towards the bias correction. */
  @Override
  public Map<String, Double> numbers() {
    return Map.of(K, 0.0);
  }

  @Override
  public void count(Numbers numbers, long step, double lr) {
    if (lr > 0) {
      numbers.set(K, numbers.get(K) + 1);
    }
  }

  @Override
  public Map<String, Tensor> survey(List<ParameterState> group, double lr, Shards shards) {
    for (ParameterState p : group) {
      if (p.step() == 1) {
        p.buffer(START).copy_(sliced(p.value()));
      }
    }
    if (lr == 0) {
      return Map.of();
    }
    if (group.isEmpty()) {
      // The progress and the length, of nothing.
      shards.sum(EmptyShard.part());
      shards.sum(EmptyShard.part());
      return Map.of();
    }
    // All members hold the same d, but for those that were without gradient lately.
    ParameterState longest =
        group.stream().max(Comparator.comparingLong(ParameterState::step)).orElseThrow();
    Tensor d = longest.buffer(D);
    // η = d·γ·bias correction
    Tensor rate = d.mul(new Scalar(lr * correction(longest.number(K))));
    // (d/d₀)η and its safeguarded form
    Tensor gain = d.mul(rate).div_(new Scalar(d0));
    Tensor weight = safeguardWarmup ? d.square().div_(new Scalar(d0)) : gain;
    Tensor progress = d.new_zeros(new long[0]);
    Tensor length = d.new_zeros(new long[0]);
    for (ParameterState p : group) {
      Tensor g = decayed(p);
      Tensor part = sliced(g);
      // ⟨g, θ₀ − θ⟩
      progress = progress.add(part.dot(p.buffer(START).sub(sliced(p.value()))));
      // m ← β₁m + d(1 − β₁)g
      if (beta1 > 0) {
        p.buffer(M).mul_(new Scalar(beta1)).add_(g.mul(d), new Scalar(1 - beta1));
      }
      // v ← β₂v + d²(1 − β₂)g²
      p.buffer(V).mul_(new Scalar(beta2)).add_(g.square().mul_(d.square()), new Scalar(1 - beta2));
      // s ← β₃s + (d/d₀)η·g
      p.buffer(S).mul_(new Scalar(memory())).add_(part.mul(weight));
      length = length.add(p.buffer(S).abs().sum());
    }
    progress = shards.sum(progress);
    length = shards.sum(length);
    // r ← β₃r + (d/d₀)η·⟨g, θ₀ − θ⟩
    Tensor r = longest.buffer(R).mul(new Scalar(memory())).add_(progress.mul(gain));
    // d̂ = c·r/‖s‖₁; nothing is known while every gradient was zero
    Tensor known = length.gt(new Scalar(0.0));
    Tensor estimate = where(known, r.mul(new Scalar(dCoef)).div_(length), d);
    // d₊ = min(max of all d̂, d·growth)
    Tensor largest = maximum(longest.buffer(D_MAX), estimate);
    Tensor grown = where(d.eq(new Scalar(d0)), maximum(d, estimate), d);
    Tensor next =
        Double.isInfinite(growthRate)
            ? largest
            : minimum(largest, grown.mul(new Scalar(growthRate)));
    for (ParameterState p : group) {
      p.buffer(R).copy_(r);
      p.buffer(D_MAX).copy_(largest);
    }
    return Map.of(RATE, rate.mul(known), GUARD, next.mul(new Scalar(eps)), NEXT_D, next);
  }

  @Override
  public void update(ParameterState p, double lr) {
    if (lr == 0) {
      return;
    }
    Tensor rate = p.shared(RATE);
    Tensor w = p.value();
    Tensor denominator = p.buffer(V).sqrt().add_(p.shared(GUARD));
    // m is d₊g without a first moment
    Tensor m = beta1 == 0 ? decayed(p).mul(p.shared(NEXT_D)) : p.buffer(M);
    // θ ← θ − ληθ
    if (weightDecay != 0 && decay == Decay.DECOUPLED) {
      w.sub_(w.mul(rate), new Scalar(weightDecay));
    }
    // θ ← θ − η·m/(√v + d₊ε)
    w.sub_(m.div(denominator).mul_(rate));
    // d ← d₊
    p.buffer(D).copy_(p.shared(NEXT_D));
  }

  /** g ← g + λθ where the decay is coupled. */
  private Tensor decayed(ParameterState p) {
    return weightDecay != 0 && decay == Decay.COUPLED
        ? p.gradient().add(p.value(), new Scalar(weightDecay))
        : p.gradient();
  }

  private double memory() {
    return beta3Form == Beta3Form.GIVEN ? beta3 : Math.sqrt(beta2);
  }

  private double correction(double k) {
    return useBiasCorrection ? Math.sqrt(1 - Math.pow(beta2, k)) / (1 - Math.pow(beta1, k)) : 1;
  }

  /** Every p-th element, in the order of the shape. */
  private Tensor sliced(Tensor tensor) {
    return tensor.flatten().slice(0, new LongOptional(), new LongOptional(), sliceP);
  }
}
