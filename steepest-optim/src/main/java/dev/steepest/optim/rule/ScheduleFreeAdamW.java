package dev.steepest.optim.rule;

import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Numbers;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.ParameterState;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import dev.steepest.optim.TwoPoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * AdamW whose running average is the model, in place of a falling learning rate and of the first
 * moment.
 *
 * <pre>
 *   y = (1 − β₁)z + β₁x, what the parameter holds in training
 *   v ← β₂v + (1 − β₂)g(y)²
 *   e ← qe + (1 − q)g(y); without inner momentum ê = g(y), else ê = e/(1 − qᵗ)
 *   d = ê/(√(v/(1 − β₂ᵗ)) + ε) + λy
 *   γₜ = γ·min(1, t/T),  w = tʳ·(max γ)ᵖ,  c = w/Σw
 *   z ← z − γₜd
 *   x ← (1 − c)x + cz, what the parameter holds in evaluation
 * </pre>
 */
@Source(
    title = "The Road Less Scheduled",
    authors = "Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky",
    year = 2024,
    url = "https://arxiv.org/abs/2405.15682",
    algorithm = "Algorithm 1, as class AdamWScheduleFree of facebookresearch/schedule_free",
    deviations =
        "the bias correction is in the denominator, not in the learning rate, as in the code of"
            + " 2024; inner momentum is the code's")
public record ScheduleFreeAdamW(
    @Knob(symbol = "γ", value = "2.5e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "β₁",
            value = "0.9",
            range = "(0, 1]",
            about = "where gradients are taken: 0 the base, 1 the average")
        double beta1,
    @Knob(symbol = "β₂", value = "0.999", range = "[0, 1)", about = "decay of the second moment")
        double beta2,
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
            about = "weight decay at y, times the learning rate")
        double weightDecay,
    @Knob(
            symbol = "T",
            value = "0",
            range = "[0, inf)",
            about = "steps over which the learning rate grows")
        long warmupSteps,
    @Knob(
            symbol = "r",
            value = "0",
            range = "[0, inf)",
            about = "power of the step's number in the average's weights")
        double r,
    @Knob(
            symbol = "weight_lr_power",
            value = "2",
            range = "[0, inf)",
            about = "power of the largest learning rate so far in the average's weights",
            activeWith = "warmup_steps=5")
        double weightLrPower,
    @Knob(
            symbol = "q",
            value = "0",
            range = "[0, 1)",
            about = "decay of a first moment before the averaging; 0 keeps no buffer")
        double innerMomentum)
    implements ElementWise, TwoPoints {

  /** Begins a {@code ScheduleFreeAdamW} whose hyper-parameters have their defaults. */
  public static ScheduleFreeAdamWBuilder builder() {
    return new ScheduleFreeAdamWBuilder();
  }

  private static final String V = "second_moment";
  private static final String E = "first_moment";

  /** Schedule-free AdamW on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "schedule_free_adamw",
            "AdamW that averages in place of a schedule",
            ScheduleFreeAdamW.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    List<Buffer> buffers =
        new ArrayList<>(List.of(ScheduleFreeAverage.base(parameter), Buffer.like(parameter, V)));
    if (innerMomentum != 0) {
      buffers.add(Buffer.like(parameter, E));
    }
    return buffers;
  }

  @Override
  public Map<String, Double> numbers() {
    return ScheduleFreeAverage.NUMBERS;
  }

  @Override
  public void count(Numbers numbers, long step, double lr) {
    average().count(numbers, step, lr);
  }

  @Override
  public void update(Elements e, double lr) {
    Tensor g = e.gradient();
    Tensor v = e.buffer(V);
    // v ← β₂v + (1 − β₂)g(y)²
    v.mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
    // √(v/(1 − β₂ᵗ)) + ε
    double root = Math.sqrt(1 - Math.pow(beta2, e.step()));
    Tensor denominator = v.sqrt().div_(new Scalar(root)).add_(new Scalar(eps));
    // ê = e/(1 − qᵗ) or g(y)
    Tensor first = innerMomentum == 0 ? g : firstMoment(e, g);
    // d = ê/(√(v/(1 − β₂ᵗ)) + ε) + λy
    Tensor d = first.div(denominator);
    if (weightDecay != 0) {
      d.add_(e.value(), new Scalar(weightDecay));
    }
    // z ← z − γₜd, x ← (1 − c)x + cz, y = (1 − β₁)z + β₁x
    average().move(e, d, lr);
  }

  private Tensor firstMoment(Elements e, Tensor g) {
    // e ← qe + (1 − q)g(y)
    Tensor moment = e.buffer(E).lerp_(g, new Scalar(1 - innerMomentum));
    return moment.div(new Scalar(1 - Math.pow(innerMomentum, e.step())));
  }

  @Override
  public void toEvaluation(ParameterState p) {
    average().toEvaluation(p);
  }

  private ScheduleFreeAverage average() {
    return new ScheduleFreeAverage(beta1, warmupSteps, r, weightLrPower);
  }
}
