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
import org.bytedeco.pytorch.Tensor;

/**
 * The sign of an interpolated momentum.
 *
 * <pre>
 *   θ ← θ(1 − ηλ)
 *   u = sign(β₁m + (1 − β₁)g)
 *   θ ← θ − ηu
 *   m ← β₂m + (1 − β₂)g
 * </pre>
 */
@Source(
    title = "Symbolic Discovery of Optimization Algorithms",
    authors = "Chen, Liang, Huang, Real, Wang, Liu, Pham, Dong, Luong, Hsieh, Lu, Le",
    year = 2023,
    url = "https://arxiv.org/abs/2302.06675",
    algorithm = "Program 1, as google/automl lion_pytorch.py")
public record Lion(
    @Knob(
            symbol = "η",
            value = "3e-4",
            range = "(0, inf)",
            about = "learning rate: the size of every change")
        double lr,
    @Knob(
            symbol = "β₁",
            value = "0.9",
            range = "[0, 1]",
            about = "share of the momentum in the direction")
        double beta1,
    @Knob(symbol = "β₂", value = "0.99", range = "[0, 1)", about = "decay of the momentum")
        double beta2,
    @Knob(symbol = "λ", value = "0.1", range = "[0, inf)", about = "weight decay")
        double weightDecay,
    @Knob(
            symbol = "ηλ",
            value = "times_lr",
            about = "whether the decay is multiplied by the learning rate")
        Decay decay)
    implements ElementWise {

  /** What a step shrinks the weights by. */
  public enum Decay {
    /** ηλ: the paper. */
    TIMES_LR,
    /**
     * λ times the schedule's factor, whatever the learning rate: lucidrains'
     * decoupled_weight_decay.
     */
    INDEPENDENT
  }

  private static final String M = "momentum";

  /** Begins a {@code Lion} whose hyper-parameters have their defaults. */
  public static LionBuilder builder() {
    return new LionBuilder();
  }

  /** Lion on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(Preset.everywhere("lion", "the sign of an interpolated momentum", Lion.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    return List.of(Buffer.like(parameter, M));
  }

  @Override
  public void update(Elements x, double lr) {
    Tensor g = x.gradient();
    Tensor m = x.buffer(M);
    // θ ← θ(1 − ηλ)
    double shrink = decay == Decay.TIMES_LR ? lr * weightDecay : lr / this.lr * weightDecay;
    x.value().mul_(new Scalar(1 - shrink));
    // u = sign(β₁m + (1 − β₁)g)
    Tensor u = m.mul(new Scalar(beta1)).add_(g, new Scalar(1 - beta1)).sign_();
    // θ ← θ − ηu
    x.value().sub_(u, new Scalar(lr));
    // m ← β₂m + (1 − β₂)g
    m.mul_(new Scalar(beta2)).add_(g, new Scalar(1 - beta2));
  }
}
