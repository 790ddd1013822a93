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
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Gradient descent whose running average is the model, in place of a falling learning rate.
 *
 * <pre>
 *   y = (1 − β)z + βx, what the parameter holds in training
 *   g ← g(y) + λy
 *   γₜ = γ·min(1, t/T),  w = tʳ·(max γ)ᵖ,  c = w/Σw
 *   z ← z − γₜg
 *   x ← (1 − c)x + cz, what the parameter holds in evaluation
 * </pre>
 */
@Source(
    title = "The Road Less Scheduled",
    authors = "Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky",
    year = 2024,
    url = "https://arxiv.org/abs/2405.15682",
    algorithm = "class SGDScheduleFree of facebookresearch/schedule_free")
public record ScheduleFreeSgd(
    @Knob(symbol = "γ", value = "1", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(
            symbol = "β",
            value = "0.9",
            range = "(0, 1]",
            about = "where gradients are taken: 0 the base, 1 the average")
        double momentum,
    @Knob(
            symbol = "λ",
            value = "0",
            range = "[0, inf)",
            about = "weight decay, added to the gradient")
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
        double weightLrPower)
    implements ElementWise, TwoPoints {

  /** Begins a {@code ScheduleFreeSgd} whose hyper-parameters have their defaults. */
  public static ScheduleFreeSgdBuilder builder() {
    return new ScheduleFreeSgdBuilder();
  }

  /** Schedule-free SGD on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere(
            "schedule_free_sgd",
            "SGD that averages in place of a schedule",
            ScheduleFreeSgd.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(ScheduleFreeAverage.base(parameter));
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
    // g ← g(y) + λy
    Tensor g =
        weightDecay == 0 ? e.gradient() : e.gradient().add(e.value(), new Scalar(weightDecay));
    // z ← z − γₜg, x ← (1 − c)x + cz, y = (1 − β)z + βx
    average().move(e, g, lr);
  }

  @Override
  public void toEvaluation(ParameterState p) {
    average().toEvaluation(p);
  }

  private ScheduleFreeAverage average() {
    return new ScheduleFreeAverage(momentum, warmupSteps, r, weightLrPower);
  }
}
