package dev.steepest.optim.rule;

import static org.bytedeco.pytorch.global.torch.maximum_out;

import dev.steepest.optim.Batch;
import dev.steepest.optim.Buffer;
import dev.steepest.optim.ElementWise;
import dev.steepest.optim.Elements;
import dev.steepest.optim.Knob;
import dev.steepest.optim.Parameter;
import dev.steepest.optim.Preset;
import dev.steepest.optim.Source;
import dev.steepest.tensor.FusedStep;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adaptive moment estimation; weight decay is added to the gradient.
 *
 * <pre>
 *   g ← g + λθ
 *   m ← β₁m + (1 − β₁)g
 *   v ← β₂v + (1 − β₂)g²
 *   v̂ ← max(v̂, v) (AMSGrad) or v
 *   θ ← θ − α/(1 − β₁ᵗ) · m / (√v̂/√(1 − β₂ᵗ) + ε)
 * </pre>
 */
@Source(
    title = "Adam: A Method for Stochastic Optimization",
    authors = "Kingma, Ba",
    year = 2015,
    url = "https://arxiv.org/abs/1412.6980",
    algorithm = "Algorithm 1, as torch.optim.Adam",
    deviations = "AMSGrad takes the maximum of the uncorrected second moment, as torch does")
public record Adam(
    @Knob(symbol = "α", value = "1e-3", range = "(0, inf)", about = "learning rate") double lr,
    @Knob(symbol = "β₁", value = "0.9", range = "[0, 1)", about = "decay of the first moment")
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
            about = "weight decay, added to the gradient")
        double weightDecay,
    @Knob(
            symbol = "AMSGrad",
            value = "false",
            about = "use the largest second moment so far; matters once it falls",
            activeWith = "beta2=0.5")
        boolean amsgrad)
    implements ElementWise {

  private static final String M = "first_moment";
  private static final String V = "second_moment";
  private static final String V_MAX = "second_moment_max";

  /** Begins a {@code Adam} whose hyper-parameters have their defaults. */
  public static AdamBuilder builder() {
    return new AdamBuilder();
  }

  /** Adam on all weights; norm weights and biases are not decayed. */
  public static List<Preset> presets() {
    return List.of(
        Preset.everywhere("adam", "Adam; weight decay is added to the gradient", Adam.class));
  }

  @Override
  public List<Buffer> buffers(Parameter parameter) {
    Buffer m = Buffer.like(parameter, M);
    Buffer v = Buffer.like(parameter, V);
    return amsgrad ? List.of(m, v, Buffer.like(parameter, V_MAX)) : List.of(m, v);
  }

  @Override
  public void update(Elements x, double lr) {
    Tensor m = x.buffer(M);
    Tensor v = x.buffer(V);
    // g ← g + λθ
    Tensor g =
        weightDecay == 0 ? x.gradient() : x.gradient().add(x.value(), new Scalar(weightDecay));
    // m ← β₁m + (1 − β₁)g
    m.mul_(new Scalar(beta1)).add_(g, new Scalar(1 - beta1));
    // v ← β₂v + (1 − β₂)g²
    v.mul_(new Scalar(beta2)).addcmul_(g, g, new Scalar(1 - beta2));
    // v̂ ← max(v̂, v)
    Tensor second = amsgrad ? maximum_out(x.buffer(V_MAX), x.buffer(V_MAX), v) : v;
    // θ ← θ − α/(1 − β₁ᵗ) · m / (√v̂/√(1 − β₂ᵗ) + ε)
    double first = 1 - Math.pow(beta1, x.step());
    double root = Math.sqrt(1 - Math.pow(beta2, x.step()));
    Tensor denominator = second.sqrt().div_(new Scalar(root)).add_(new Scalar(eps));
    x.value().addcdiv_(m, denominator, new Scalar(-lr / first));
  }

  @Override
  public void step(Batch batch, double lr) {
    if (!batch.isDense()) {
      ElementWise.super.step(batch, lr);
      return;
    }
    FusedStep.adam(
        FusedStep.Decay.COUPLED,
        batch.values(),
        batch.gradients(),
        batch.buffers(M),
        batch.buffers(V),
        amsgrad ? batch.buffers(V_MAX) : batch.none(),
        batch.steps(),
        lr,
        beta1,
        beta2,
        weightDecay,
        eps,
        amsgrad);
  }
}
